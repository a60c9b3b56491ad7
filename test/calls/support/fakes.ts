import { silentLog } from '../../../src/base/log.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { type CallRecords, Calls, type CallsOptions, staticRouting } from '../../../src/calls/index.js'
import type { MediaCommand, MediaEvent, MediaPort } from '../../../src/media/index.js'
import { parseRelaySettings } from '../../../src/protocol/index.js'
import type { IncomingCall, IncomingCallListener } from '../../../src/sip/index.js'

export const g722Offer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 9 0 101',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n')

/** A caller's side of the SIP edge that writes down what it is told. */
export class FakeSip implements IncomingCall {
  readonly told: string[] = []
  answer = ''
  readonly id: string
  readonly callId: string
  readonly to = { displayName: '', uri: 'sip:1000@127.0.0.1', user: '1000' }
  readonly from = { displayName: 'Ann', uri: 'sip:ann@127.0.0.1', user: 'ann' }
  readonly divertedFrom = ''
  readonly peer = { transport: 'udp' as const, address: '127.0.0.1', port: 5062 }
  readonly headers = []

  constructor(
    readonly dialled = '1000',
    readonly offer: string | undefined = g722Offer,
  ) {
    this.id = this.callId = `call-${dialled}`
  }
  ring(): void {
    this.told.push('ring')
  }
  accept(sdp: string): void {
    this.answer = sdp
    this.told.push('accept')
  }
  reject(status: number, reason?: string, retryAfter?: number): void {
    const details = [reason, retryAfter === undefined ? undefined : `retry ${retryAfter}`]
    this.told.push(['reject', status, ...details.filter(Boolean)].join(' '))
  }
  hangup(): void {
    this.told.push('hangup')
  }
  async reoffer(): Promise<string> {
    return ''
  }
}

/** A media plane that only writes down its commands. */
export class FakeMedia implements MediaPort {
  readonly speech = []
  readonly commands: MediaCommand[] = []
  onEvent: (event: MediaEvent) => void = () => {}
  send(command: MediaCommand): void {
    // The other side may be another thread: what cannot be cloned must not be sent.
    this.commands.push(structuredClone(command))
  }
  async close(): Promise<void> {}

  last<T extends MediaCommand['type']>(type: T): Extract<MediaCommand, { type: T }> {
    const found = this.commands.filter((command) => command.type === type).at(-1)
    if (!found) throw new Error(`no ${type}; got ${this.commands.map((command) => command.type)}`)
    return found as Extract<MediaCommand, { type: T }>
  }
}

/** A node's calls on fakes, in simulated time. */
export class Node {
  readonly clock = new SimulatedClock(1_700_000_000_000)
  readonly media = new FakeMedia()
  readonly records: [keyof CallRecords, ...unknown[]][] = []
  rejected = 0
  readonly calls: Calls

  constructor(options: Partial<CallsOptions> & { dialect?: 'twilio' | 'telnyx' } = {}) {
    let seed = 0
    const write =
      (name: keyof CallRecords) =>
      (...args: unknown[]) => {
        this.records.push([name, ...args])
      }
    this.calls = new Calls({
      clock: this.clock,
      random: (count) => Buffer.alloc(count, ++seed),
      media: this.media,
      records: {
        callStarted: write('callStarted'),
        callUpdated: write('callUpdated'),
        callEnded: write('callEnded'),
        sessionStarted: write('sessionStarted'),
        sessionEnded: write('sessionEnded'),
        timeline: write('timeline'),
      },
      log: silentLog,
      accounts: { sid: 'AC1', id: 'uuid' },
      routing: [
        staticRouting([
          {
            to: '1000',
            record: false,
            relay: parseRelaySettings({ url: 'ws://127.0.0.1:1/ws', dialect: options.dialect ?? 'twilio' }),
          },
        ]),
      ],
      maxCalls: 2,
      mediaHost: '127.0.0.1',
      recordings: '/nonexistent',
      rejected: () => this.rejected++,
      ...options,
    })
    this.media.onEvent = (event) => this.calls.mediaEvent(event)
  }

  /** A call comes in and its media opens. */
  incoming(sip = new FakeSip()): { sip: FakeSip; listener: IncomingCallListener; leg: string } {
    const listener = this.calls.incoming(sip)
    const opening = this.media.commands.filter((command) => command.type === 'open-leg').at(-1)
    const leg = opening && 'leg' in opening ? opening.leg : ''
    if (leg) this.media.onEvent({ type: 'leg-opened', leg, port: 20_000, rtcpPort: 20_001 })
    return { sip, listener, leg }
  }

  record(name: keyof CallRecords): unknown[][] {
    return this.records.filter(([what]) => what === name).map(([, ...args]) => args)
  }
}
