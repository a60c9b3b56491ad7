import { describe, expect, it } from 'vitest'
import { parseCSeq } from '../../../src/sip/cseq.js'
import { offerOf } from '../sdp/offer-of.js'
import { answerFor, local, Scene } from './scene.js'
import { describe as kindOf, type Sent, seededRandom } from './simulated-network.js'

const calls = 100

/** T1 doubling, with and without the cap of T2, from the first transmission in ms (RFC 3261 §17.1.1.2, §17.1.2.2). */
const doubling = [0, 500, 1500, 3500, 7500, 15_500, 31_500]
const capped = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]

/** Calls one after the other, answered at once, ended by either side in turn, with every fifth message lost. */
function lossyCalls(offer: null | undefined) {
  const scene = new Scene({
    onCall: (call) => {
      call.ring()
      call.accept(answerFor(call))
    },
  })
  const random = seededRandom(20)
  scene.network.loses = () => random() < 0.2
  let established = 0
  for (let i = 0; i < calls; i++) {
    const call = scene.phone.invite({ offer, ackSdp: offer === null ? offerOf() : '' })
    scene.clock.advance(40_000)
    const seen = scene.calls.at(-1)!
    if (seen.answers.length === 1 && call.statuses.includes(200)) established++
    if (i % 2) seen.call.hangup()
    else call.request('BYE')
    scene.clock.advance(40_000)
  }
  scene.clock.advance(40_000)
  return { scene, established }
}

/** When each message of a kind from one end was sent, relative to the first time, by call. */
function transmissions(trace: readonly Sent[], address: string, kind: string): number[][] {
  const groups = new Map<string, number[]>()
  for (const { message, from, atMs } of trace) {
    if (!from.startsWith(address) || kindOf(message) !== kind) continue
    const key = `${message.headers.get('Call-ID')} ${parseCSeq(message.headers.get('CSeq')!).number}`
    groups.set(key, [...(groups.get(key) ?? []), atMs])
  }
  return [...groups.values()].map((times) => times.map((at) => at - times[0]!))
}

describe('with 20 % loss', () => {
  it.each([[undefined], [null]])('every call is set up and torn down (offer %s)', (offer) => {
    const { scene, established } = lossyCalls(offer)
    expect(established).toBe(calls)
    expect(scene.calls.every(({ ends }) => ends.length === 1 && ends[0]?.reason === 'bye')).toBe(true)
    expect(scene.edge.dialogs).toBe(0)
    expect(scene.phone.layer.size).toBe(0)
  })

  it('every message is repeated when RFC 3261 says', () => {
    const { scene } = lossyCalls(undefined)
    for (const [address, kind, schedule] of [
      ['192.0.2.1', 'INVITE', doubling],
      ['192.0.2.1', 'BYE', capped],
      [local.address, 'BYE', capped],
      [local.address, '200 INVITE', capped],
    ] as const) {
      const sent = transmissions(scene.network.trace, address, kind)
      expect(sent.length).toBeGreaterThanOrEqual(calls / 2)
      for (const times of sent) expect(times, kind).toEqual(schedule.slice(0, times.length))
      // Repeated until it and what confirms it have both come through: 1 / 0.8² times on the average.
      const mean = sent.flat().length / sent.length
      expect(mean, kind).toBeGreaterThan(1.2)
      expect(mean, kind).toBeLessThan(2)
    }
  })
})
