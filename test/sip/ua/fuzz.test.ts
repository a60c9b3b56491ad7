import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { createRequest } from '../../../src/sip/build.js'
import type { Ingress } from '../../../src/sip/ingress.js'
import { SipParseError } from '../../../src/sip/parse-error.js'
import { parseMessage } from '../../../src/sip/parse-message.js'
import { serializeMessage } from '../../../src/sip/serialize.js'
import { createSipEdge } from '../../../src/sip/ua/create-sip-edge.js'
import { offerOf } from '../sdp/offer-of.js'
import type { PhoneCall } from './phone.js'
import { answerFor, Scene } from './scene.js'
import { seededBytes, seededRandom } from './simulated-network.js'

/** One thing that either end does, to the call of that number. */
const steps = fc.array(
  fc.record({
    action: fc.constantFrom(
      'invite',
      'invite-without-offer',
      'invite-100rel',
      'ring',
      'accept',
      'reject',
      'hangup',
      'reoffer',
      'cancel',
      'BYE',
      'INVITE',
      'UPDATE',
      'INFO',
      'PRACK',
      'OPTIONS',
      'drain-acks',
    ),
    call: fc.nat(3),
    waitMs: fc.constantFrom(0, 3, 10, 600, 33_000),
  }),
  { maxLength: 40 },
)

describe('any order of events, with losses', () => {
  it('ends each call once and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(1000), async (script, seed) => {
        const scene = new Scene({ seed, config: { sessionTimers: { intervalSeconds: 90, minSeconds: 90 } } })
        const random = seededRandom(seed)
        scene.network.loses = () => random() < 0.1
        const calls: PhoneCall[] = []
        for (const { action, call, waitMs } of script) {
          act(scene, calls, action, call)
          scene.clock.advance(waitMs)
        }
        scene.network.loses = () => false
        scene.clock.advance(40_000)
        for (const { call } of scene.calls) call.hangup()
        await scene.clock.run(200_000, 20_000)
        expect(scene.edge.dialogs).toBe(0)
        expect(scene.phone.layer.size).toBe(0)
        for (const { ends } of scene.calls) expect(ends).toHaveLength(1)
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})

function act(scene: Scene, calls: PhoneCall[], action: string, index: number): void {
  const seen = scene.calls[index % Math.max(1, scene.calls.length)]
  const call = calls[index % Math.max(1, calls.length)]
  if (action === 'invite') calls.push(scene.phone.invite())
  else if (action === 'invite-without-offer')
    calls.push(scene.phone.invite({ offer: null, ackSdp: offerOf() }))
  else if (action === 'invite-100rel') calls.push(scene.phone.invite({ headers: { Require: '100rel' } }))
  else if (action === 'cancel') call?.cancel()
  else if (action === 'drain-acks') calls.push(scene.phone.invite({ silent: true }))
  else if (action === 'ring') seen?.call.ring()
  else if (action === 'accept') seen?.call.accept(answerFor(seen.call))
  else if (action === 'reject') seen?.call.reject(486)
  else if (action === 'hangup') seen?.call.hangup()
  else if (action === 'reoffer') seen?.call.reoffer(offerOf()).catch(() => {})
  else if (call?.dialog) call.request(action, { RAck: '1 1 INVITE' }, action === 'INVITE' ? offerOf() : '')
}

describe('mutated requests', () => {
  it('never get out of the edge as an exception', () => {
    const clock = new SimulatedClock()
    const random = seededRandom(99)
    const pick = (count: number): number => Math.floor(random() * count)
    let ingress: Ingress | undefined
    let answers = 0
    const faults: unknown[] = []
    const fault = (fields: object): void => void faults.push(fields)
    const log = { debug() {}, info() {}, warn() {}, error: fault, child: () => log }
    const edge = createSipEdge({
      config: { listen: [], maxDialogs: 50 },
      clock,
      random: seededBytes(3),
      log,
      transport: (given) => {
        ingress = given
        return {
          start: async () => {},
          close: async () => {},
          addresses: [],
          isReliable: () => false,
          localAddress: () => ({ host: '192.0.2.100', port: 5060 }),
          send: () => void answers++,
        }
      },
      onCall: (call) => {
        if (call.offer !== undefined) call.ring()
        return { confirmed() {}, offered: () => ({ status: 488, reason: '' }), digit() {}, ended() {} }
      },
    })
    const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK', 'REGISTER', 'X']
    for (let i = 0; i < 10_000; i++) {
      const request = createRequest(methods[pick(methods.length)]!, 'sip:1000@192.0.2.100', {
        from: '<sip:a@a.example>;tag=1',
        to: `<sip:b@b.example>${pick(2) ? '' : ';tag=2'}`,
        callId: `c${pick(100)}`,
        cseq: pick(1000),
        headers: {
          Via: `SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK${i}`,
          Contact: '<sip:a@192.0.2.1>',
          Supported: 'timer',
          'Session-Expires': '100;refresher=uac',
          Diversion: '<sip:1@x>',
          'History-Info': '<sip:1@x>;index=1',
          'Content-Type': 'application/sdp',
          Require: pick(3) ? '' : '100rel',
          RAck: '1 1 INVITE',
        },
        body: offerOf(),
      })
      const bytes = serializeMessage(request)
      for (let flips = pick(6); flips > 0; flips--) bytes[pick(bytes.length)] = pick(256)
      const peer = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const
      try {
        ingress?.message(parseMessage(bytes), peer)
      } catch (error) {
        if (!(error instanceof SipParseError)) throw error
        ingress?.malformed(error, peer)
      }
      clock.advance(50)
    }
    expect(faults).toEqual([])
    expect(answers).toBeGreaterThan(5000)
    expect(edge.dialogs).toBeLessThanOrEqual(50)
  })
})
