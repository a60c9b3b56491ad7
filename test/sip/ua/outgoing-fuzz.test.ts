import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offerOf } from '../sdp/offer-of.js'
import { callee, MadeCall, type Ringing, sceneOf, settle } from './callee.js'
import { seededRandom } from './simulated-network.js'

/** One thing that either end does, to the call of that number. */
const steps = fc.array(
  fc.record({
    action: fc.oneof(
      fc.constantFrom('call', 'call-two-hops', 'call-nowhere', 'hangup', 'reoffer', 'refer'),
      fc.constantFrom(180, 183, 'reliable', 200, 200, 302, 401, 422, 486, 503, 603),
      fc.constantFrom('BYE', 'INVITE', 'UPDATE', 'INFO', 'REFER', 'NOTIFY', 'OPTIONS'),
    ),
    call: fc.nat(3),
    tag: fc.constantFrom('one', 'one', 'two'),
    waitMs: fc.constantFrom(0, 10, 50, 600, 5_000, 33_000),
  }),
  { minLength: 10, maxLength: 40, size: 'max' },
)

/** What each response carries that makes the edge go on. */
const parts = {
  180: {},
  183: { sdp: true },
  200: {},
  302: { headers: { Contact: '<sip:carol@192.0.2.2>' } },
  401: { headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' } },
  422: { headers: { 'Min-SE': '3600' } },
  486: {},
  503: {},
  603: {},
}

describe('any order of events on calls that go out, with losses', () => {
  it('ends each call once and leaves nothing behind', async () => {
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(1000), async (script, seed) => {
        const scene = sceneOf({
          seed,
          config: { sessionTimers: { intervalSeconds: 90, minSeconds: 90 } },
          referred: (refer) => refer.accept().progress(200),
        })
        const random = seededRandom(seed)
        scene.network.loses = () => random() < 0.1
        const second = scene.addPhone('192.0.2.2', seed + 5)
        const rung: Ringing[] = []
        for (const phone of [scene.phone, second]) callee(phone, (ringing) => rung.push(ringing))
        const made: MadeCall[] = []
        const credentials = { username: 'u', password: 'p' }
        for (const { action, call: index, tag, waitMs } of script) {
          const call = made[index % Math.max(1, made.length)]?.call
          const ringing = rung[index % Math.max(1, rung.length)]
          if (action === 'call') made.push(new MadeCall(scene.edge, { credentials }))
          else if (action === 'call-two-hops')
            made.push(new MadeCall(scene.edge, { hops: ['sip:192.0.2.1', 'sip:192.0.2.2'] }))
          else if (action === 'call-nowhere')
            made.push(new MadeCall(scene.edge, { hops: ['sip:192.0.2.9'], answerTimeoutMs: 90_000 }))
          else if (action === 'hangup') call?.hangup()
          else if (action === 'reoffer') call?.reoffer(offerOf()).catch(() => {})
          else if (action === 'refer') void call?.refer('sip:carol@192.0.2.3')
          else if (action === 'reliable')
            ringing?.respond(183, { tag, sdp: true, headers: { Require: '100rel', RSeq: '1' } })
          else if (typeof action === 'number')
            ringing?.respond(action, { tag, ...parts[action as keyof typeof parts] })
          else ringing?.request(action, action === 'INVITE' || action === 'UPDATE' ? offerOf() : '', tag)
          await settle(scene, waitMs)
        }
        scene.network.loses = () => false
        await settle(scene, 40_000)
        for (const { call } of made) call.hangup()
        for (const ringing of rung) ringing.respond(486)
        for (let i = 0; i < 10; i++) await settle(scene, 20_000)
        expect(scene.edge.dialogs).toBe(0)
        for (const { ends } of made) {
          expect(ends).toHaveLength(1)
          seen.set(ends[0]!.reason, (seen.get(ends[0]!.reason) ?? 0) + 1)
        }
        for (const { answers } of made) expect(answers.length).toBeLessThan(2)
        const closed = scene.edge.close()
        await settle(scene, 100)
        await closed
      }),
      { seed: 11, numRuns: 200 },
    )
    // The scripts do lead into every kind of end.
    for (const reason of ['bye', 'canceled', 'refused', 'no-answer', 'transport']) {
      expect(seen.get(reason), reason).toBeGreaterThan(5)
    }
  }, 60_000)
})
