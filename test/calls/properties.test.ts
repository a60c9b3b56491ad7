import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CallControl } from '../../src/calls/index.js'
import { parseRelaySettings } from '../../src/protocol/index.js'
import type { SipCallListener } from '../../src/sip/index.js'
import { answerOf, diary, FakeSip, g722Offer, Node } from './support/fakes.js'

const relay = parseRelaySettings({ url: 'ws://127.0.0.1:1/ws', dialect: 'twilio' })
const options = { muted: false, held: false, coaches: null }

/** A call with all who can do something to it. */
interface Rig {
  readonly call: CallControl
  readonly log: string[]
  readonly leg: string
  readonly listener: SipCallListener
  /** The party takes the next step towards an answer. */
  readonly proceed: () => void
}

const things = {
  proceed: ({ proceed }: Rig) => proceed(),
  answer: ({ call }: Rig) => call.answer(),
  ring: ({ call }: Rig) => call.ring(),
  earlyMedia: ({ call }: Rig) => call.earlyMedia(),
  hangup: ({ call }: Rig) => call.hangup('by chance'),
  reject: ({ call }: Rig) => call.reject(486),
  limit: ({ call }: Rig) => call.limit(2_000),
  session: ({ call }: Rig) => {
    if (!call.session && call.state !== 'ended') call.startSession(relay)
  },
  endSession: ({ call }: Rig) => call.endSession('stopped', ''),
  sessionOver: ({ call }: Rig, node: Node) => {
    const result = { sessionId: call.session ?? 'none', cause: 'app-ended', detail: '' } as const
    node.media.onEvent({ type: 'session-ended', result: { ...result, startedAt: 1, endedAt: 2 } })
  },
  announce: ({ call }: Rig) => call.announce({ kind: 'beep', durationMs: 1 }).stop(),
  bridge: ({ call }: Rig, _: Node, other: Rig) => call.bridge(other.call),
  park: ({ call }: Rig, _: Node, other: Rig) =>
    call.bridge(other.call, { afterwards: { self: 'park', other: 'park' } }),
  unbridge: ({ call }: Rig) => call.unbridge(),
  join: ({ call }: Rig) => call.joinConference('room', options),
  leave: ({ call }: Rig) => call.leaveConference(),
  offer: ({ listener }: Rig) => void listener.offered(`${g722Offer}a=sendonly\r\n`),
  digit: ({ listener, leg }: Rig, node: Node) => {
    listener.digit('1', 100)
    node.media.onEvent({ type: 'digit', leg, digit: '1' })
  },
  bye: ({ listener }: Rig) => listener.ended({ by: 'peer', reason: 'bye', detail: '' }),
  gone: ({ leg }: Rig, node: Node) => node.media.onEvent({ type: 'leg-gone', leg, reason: 'rtp-timeout' }),
  closed: (_: Rig, node: Node) => node.closeLegs(),
  lost: ({ leg }: Rig, node: Node) => node.media.onEvent({ type: 'leg-closed', leg, quality: undefined }),
  time: (_: Rig, node: Node) => node.clock.advance(1_500),
} satisfies Record<string, (rig: Rig, node: Node, other: Rig) => void>

async function rigs(node: Node): Promise<Rig[]> {
  const made: Rig[] = []
  for (const number of ['2001', '2002']) {
    const { listener, leg } = node.incoming(new FakeSip(number))
    const call = node.taken.at(-1)!
    made.push({ call, log: diary(call), leg, listener, proceed: () => listener.confirmed(undefined) })
  }
  for (const to of ['sip:a@127.0.0.1', 'sip:b@127.0.0.1']) {
    const { call, out, log } = await node.dial({ to })
    const { listener } = out
    const steps = [() => listener.progress(183, answerOf()), () => listener.answered(answerOf())]
    made.push({ call, log, leg: call.identity.callLegId, listener, proceed: () => steps.shift()?.() })
  }
  return made
}

it('calls end once and are told so last, whatever happens in whatever order', async () => {
  const step = fc.record({
    what: fc.constantFrom(...(Object.keys(things) as (keyof typeof things)[])),
    who: fc.nat(3),
    other: fc.nat(3),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const node = new Node()
      const calls = await rigs(node)
      for (const { what, who, other } of steps) {
        things[what](calls[who]!, node, calls[other]!)
        for (const { call } of calls) {
          const { partner } = call
          if (partner)
            expect([partner.partner, partner.state, call.conference]).toEqual([
              call,
              expect.not.stringMatching('ended'),
              undefined,
            ])
          if (call.state === 'ended') expect([call.partner, call.conference]).toEqual([undefined, undefined])
        }
      }
      for (const { call } of calls) call.hangup('the end')
      node.closeLegs()
      await node.settle()
      expect(node.calls.active).toBe(0)
      expect(node.calls.conference('room')).toEqual([])
      for (const { log } of calls) {
        expect(log.filter((line) => line.startsWith('ended'))).toHaveLength(1)
        expect(log.at(-1)).toMatch(/^ended/)
      }
      const begun = node
        .record('sessionStarted')
        .map(([session]) => (session as { sessionId: string }).sessionId)
      expect(node.record('sessionEnded').map(([id]) => id)).toEqual(expect.arrayContaining(begun))
      expect(node.record('sessionEnded')).toHaveLength(begun.length)
      expect(node.record('callEnded')).toHaveLength(4)
    }),
    { numRuns: 150 },
  )
})
