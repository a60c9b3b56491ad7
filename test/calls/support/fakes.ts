import { silentLog } from '../../../src/base/log.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import {
  type CallControl,
  type CallObserver,
  type CallRecords,
  Calls,
  type CallsOptions,
  type ClientBook,
  type DialDirectory,
  type DialRequest,
  type Routing,
  staticRouting,
} from '../../../src/calls/index.js'
import type { MediaCommand, MediaEvent, MediaPort } from '../../../src/media/index.js'
import { parseRelaySettings } from '../../../src/protocol/index.js'
import type {
  HeaderLines,
  IncomingCall,
  IncomingCallListener,
  OutgoingCall,
  OutgoingCallListener,
  OutgoingCallRequest,
  ReferOutcome,
} from '../../../src/sip/index.js'

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
  progress(sdp: string): void {
    this.answer = sdp
    this.told.push('progress')
  }
  accept(sdp: string, headers: HeaderLines = []): void {
    this.answer = sdp
    this.told.push(['accept', ...lines(headers)].join(' '))
  }
  reject(status: number, reason?: string, retryAfter?: number): void {
    const details = [reason, retryAfter === undefined ? undefined : `retry ${retryAfter}`]
    this.told.push(['reject', status, ...details.filter(Boolean)].join(' '))
  }
  hangup(headers: HeaderLines = []): void {
    this.told.push(['hangup', ...lines(headers)].join(' '))
  }
  async reoffer(): Promise<string> {
    return ''
  }
  async refer(target: string) {
    this.told.push(`refer ${target}`)
    return { status: 202, notified: 200 }
  }
}

/** What a phone says that takes the first codec offered of those given here: an answer, or early media. */
export function answerOf(codec = 'PCMU', port = 40_002): string {
  const payload = { opus: 96, G722: 9, PCMU: 0, PCMA: 8 }[codec]
  return [
    'v=0',
    'o=- 2 2 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${payload} 101`,
    ...(codec === 'opus' ? ['a=rtpmap:96 opus/48000/2'] : []),
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n')
}

/** A call that goes out, at the SIP edge: writes down what it is told, and plays the callee through `listener`. */
export class FakeOutgoing implements OutgoingCall {
  readonly direction = 'outgoing'
  readonly told: string[] = []
  readonly id: string
  readonly callId: string
  referOutcome: ReferOutcome = { status: 202, notified: 200 }

  constructor(
    readonly request: OutgoingCallRequest,
    readonly listener: OutgoingCallListener,
  ) {
    this.id = this.callId = `out-${request.target}`
  }

  hangup(headers: HeaderLines = []): void {
    this.told.push(['hangup', ...lines(headers)].join(' '))
  }

  async reoffer(): Promise<string> {
    return ''
  }

  async refer(target: string): Promise<ReferOutcome> {
    this.told.push(`refer ${target}`)
    return this.referOutcome
  }
}

/** Writes down what a call tells, one line each. */
export function diary(call: CallControl, log: string[] = []): string[] {
  call.observe({
    ringing: (early) => log.push(early ? 'ringing early' : 'ringing'),
    answered: () => log.push('answered'),
    digit: (digit) => log.push(`digit ${digit}`),
    held: (on) => log.push(on ? 'held' : 'back'),
    sessionReady: () => log.push('session ready'),
    sessionEnded: ({ cause }) => log.push(`session ended ${cause}`),
    bridged: (other) => log.push(`bridged ${other.dialled}`),
    unbridged: (other, cause) => log.push(`unbridged ${other.dialled} ${cause}`),
    ended: ({ status, by, cause, sipStatus }) => log.push(`ended ${status} by ${by}, ${cause} ${sipStatus}`),
  } satisfies CallObserver)
  return log
}

/** A media plane that only writes down its commands. */
export class FakeMedia implements MediaPort {
  readonly speech = []
  readonly commands: MediaCommand[] = []
  onEvent: (event: MediaEvent) => void = () => {}
  send(command: MediaCommand): void {
    // The other side may be another thread: what cannot be cloned must not be sent.
    const transfer = command.type === 'open-leg' && command.peer ? [command.peer.packets] : []
    this.commands.push(structuredClone(command, { transfer }))
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
  /** Calls made, in order. */
  readonly outgoing: FakeOutgoing[] = []
  /** Calls that came in on a number without a route of its own: nobody does anything with them. */
  readonly taken: CallControl[] = []
  readonly directory: DialDirectory

  constructor(
    options: Partial<CallsOptions> & {
      dialect?: 'twilio' | 'telnyx'
      directory?: DialDirectory
      clients?: ClientBook
    } = {},
  ) {
    this.directory = options.directory ?? {
      trunks: [],
      phones: { lookup: () => undefined },
      allowDirect: ['*'],
    }
    const take: Routing = ({ dialled }) =>
      /^2/.test(dialled)
        ? { route: 'taken', record: false, drive: (call) => this.taken.push(call) }
        : undefined
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
        callMeasured: write('callMeasured'),
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
        take,
      ],
      out: {
        directory: this.directory,
        callOut: (request, listener) => {
          const call = new FakeOutgoing(request, listener)
          this.outgoing.push(call)
          return call
        },
        resolve: async (uri) => [{ transport: 'udp', address: hostOf(uri), port: 5060 }],
        clients: options.clients,
      },
      maxCalls: 9,
      mediaHosts: ['127.0.0.1'],
      recordings: '/nonexistent',
      rejected: () => this.rejected++,
      ...options,
    })
    this.media.onEvent = (event) => this.calls.mediaEvent(event)
  }

  /** A call comes in that nobody drives, and is answered. */
  answered(number = '2000'): {
    call: CallControl
    sip: FakeSip
    listener: IncomingCallListener
    leg: string
  } {
    const incoming = this.incoming(new FakeSip(number))
    const call = this.taken.at(-1)!
    call.answer()
    incoming.listener.confirmed(undefined)
    return { call, ...incoming }
  }

  /** A call goes out, and its INVITE leaves. */
  async dial(
    request: Partial<DialRequest> = {},
  ): Promise<{ call: CallControl; out: FakeOutgoing; log: string[] }> {
    const before = this.outgoing.length
    const call = this.calls.dial({ to: 'sip:bob@127.0.0.1', from: '+15550001111', route: 'test', ...request })
    const log = diary(call)
    await this.settle()
    const leg = call.identity.callLegId
    if (this.media.commands.some((command) => command.type === 'open-leg' && command.leg === leg)) {
      this.media.onEvent({ type: 'leg-opened', leg, port: 20_100, rtcpPort: 20_101 })
    }
    return { call, out: this.outgoing[before]!, log }
  }

  /** A call goes out and is answered. */
  async dialled(
    request: Partial<DialRequest> = {},
  ): Promise<{ call: CallControl; out: FakeOutgoing; log: string[] }> {
    const dialled = await this.dial(request)
    dialled.out.listener.answered(answerOf())
    return dialled
  }

  /** The media plane closes what the calls closed. */
  closeLegs(): void {
    const closed = this.media.commands.filter((command) => command.type === 'close-leg')
    for (const { leg } of closed) this.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
  }

  /** What waits for nothing but its turn is done. */
  async settle(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
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

function lines(headers: HeaderLines): readonly string[] {
  return headers.map(([name, value]) => `${name}: ${value}`)
}

function hostOf(uri: string): string {
  return uri.replace(/^sips?:(.*@)?/, '').replace(/[:;].*$/, '')
}
