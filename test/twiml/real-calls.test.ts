import { describe, expect, it } from 'vitest'
import type { CallControl } from '../../src/calls/index.js'
import type { DocumentRequest } from '../../src/twiml/index.js'
import { Twiml, twilioDialect } from '../../src/twiml/index.js'
import { answerOf, FakeSip, Node } from '../calls/support/fakes.js'
import { response } from './support/rig.js'

/** Documents on the calls of a node whose edges alone are fakes. */
class RealRig {
  readonly requests: DocumentRequest[] = []
  readonly problems: string[] = []
  readonly node: Node
  readonly twiml: Twiml
  call!: CallControl

  constructor(private readonly pages: Record<string, string>) {
    this.node = new Node({
      routing: [
        () => ({
          route: 'twiml',
          record: false,
          drive: (call) => {
            this.call = call
            this.twiml.run({ call, source: { url: 'http://app.test/voice' } })
          },
        }),
      ],
    })
    this.twiml = new Twiml({
      dialect: twilioDialect,
      clock: this.node.clock,
      random: (count) => Buffer.alloc(count, 7),
      calls: this.node.calls,
      fetch: async (request) => {
        this.requests.push(request)
        const text = this.pages[new URL(request.url).pathname] ?? response()
        return { url: request.url, status: 200, contentType: 'text/xml', text }
      },
      notify() {},
      recordings: {
        begin: () => ({ sid: 'RE1', path: '/r.wav', format: 'wav', url: 'http://r' }),
        ended() {},
      },
      observe: (_, event) => {
        if (event.type === 'problem') this.problems.push(event.problem.message)
      },
      shutdown: new AbortController().signal,
      plainSocketHosts: [],
    })
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 10; i++) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  asked(path: string): Record<string, string> | undefined {
    return this.requests.findLast(({ url }) => new URL(url).pathname === path)?.parameters
  }

  /** The commands of some types that the media plane got, one word each. */
  commands(...types: string[]): string[] {
    return this.node.media.commands.map(({ type }) => type).filter((type) => types.includes(type))
  }
}

const relay = '<Connect action="/action"><ConversationRelay url="wss://app.test/ws"/></Connect>'

describe('a session of a document', () => {
  it('opens its socket before the answer, and tells of the end that the caller made', async () => {
    const rig = new RealRig({ '/voice': response(relay) })
    const { sip, listener, leg } = rig.node.incoming(new FakeSip('2000'))
    await rig.settle()
    const { session } = rig.node.media.last('start-session')
    expect(sip.told).toEqual(['ring'])
    rig.node.media.onEvent({ type: 'session-ready', session })
    expect(sip.told).toEqual(['ring', 'accept'])
    listener.confirmed(undefined)
    listener.ended({ reason: 'bye', by: 'peer', detail: '' } as never)
    const startedAt = rig.node.clock.now()
    rig.node.media.onEvent({
      type: 'session-ended',
      result: { sessionId: session, cause: 'caller-gone', detail: '', startedAt, endedAt: startedAt },
    })
    rig.node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    await rig.settle()
    expect(rig.asked('/action')).toMatchObject({
      SessionId: session,
      SessionStatus: 'completed',
      CallStatus: 'completed',
    })
    expect(rig.problems).toEqual([])
  })

  it('is over before the next one starts', async () => {
    const rig = new RealRig({ '/voice': response(relay) })
    rig.node.incoming(new FakeSip('2000'))
    await rig.settle()
    const { session } = rig.node.media.last('start-session')
    rig.twiml.run({ call: rig.call, source: { twiml: response(relay) } })
    await rig.settle()
    expect(rig.commands('start-session', 'end-session')).toEqual(['start-session', 'end-session'])
    const startedAt = rig.node.clock.now()
    rig.node.media.onEvent({
      type: 'session-ended',
      result: { sessionId: session, cause: 'stopped', detail: '', startedAt, endedAt: startedAt },
    })
    await rig.settle()
    expect(rig.commands('start-session').length).toBe(2)
    expect(rig.problems).toEqual([])
  })
})

describe('a party that a document dials', () => {
  async function dialled() {
    const rig = new RealRig({
      '/voice': response('<Dial action="/done">sip:bob@127.0.0.1</Dial>'),
      '/done': response('<Say>Bye</Say>'),
    })
    const { sip, listener, leg } = rig.node.incoming(new FakeSip('2000'))
    await rig.settle()
    listener.confirmed(undefined)
    await rig.settle()
    const called = rig.node.calls.list().find((call) => call !== rig.call)!
    const { callLegId } = called.identity
    rig.node.media.onEvent({ type: 'leg-opened', leg: callLegId, port: 20_100, rtcpPort: 20_101 })
    await rig.settle()
    const [out] = rig.node.outgoing
    out!.listener.answered(answerOf())
    await rig.settle()
    return { rig, sip, listener, leg, called, out: out! }
  }

  it('is joined with the caller, who goes on when it hangs up', async () => {
    const { rig, called, out, leg } = await dialled()
    expect(called.facts).toMatchObject({
      parentCallSid: rig.call.identity.callSid,
      from: rig.call.facts.from,
    })
    expect(rig.node.media.last('bridge')).toMatchObject({ leg, other: called.identity.callLegId })
    out.listener.ended({ reason: 'bye', by: 'peer', detail: '' } as never)
    rig.node.media.onEvent({ type: 'leg-closed', leg: called.identity.callLegId, quality: undefined })
    await rig.settle()
    expect(rig.asked('/done')).toMatchObject({
      DialCallSid: called.identity.callSid,
      DialCallStatus: 'completed',
      CallStatus: 'in-progress',
    })
    expect(rig.node.media.last('announce').item).toMatchObject({ text: 'Bye' })
    expect(rig.problems).toEqual([])
  })

  it('is hung up with the caller', async () => {
    const { rig, listener, leg, out } = await dialled()
    listener.ended({ reason: 'bye', by: 'peer', detail: '' } as never)
    expect(out.told).toEqual(['hangup'])
    rig.node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    await rig.settle()
    expect(rig.asked('/done')).toMatchObject({ DialCallStatus: 'completed', CallStatus: 'completed' })
    expect(rig.problems).toEqual([])
  })
})
