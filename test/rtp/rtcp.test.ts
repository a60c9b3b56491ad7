import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { parseRtcp, writeRtcp } from '../../src/rtp/rtcp-packet.js'
import { RtcpReporter, type RtcpSource } from '../../src/rtp/rtcp-reporter.js'
import { seeded } from './support.js'

const block = {
  ssrc: 0xcafe,
  fractionLost: 12,
  lost: -3,
  highestSequence: 0x1_0005,
  jitter: 77,
  lastReport: 0x12345678,
  sinceLastReport: 65_536,
}
const sender = {
  ntpSeconds: 0xe9000000,
  ntpFraction: 0x80000000,
  timestamp: 0xfffffff0,
  packets: 50,
  octets: 8000,
}

describe('RTCP packets', () => {
  it.each([
    [undefined, undefined, false],
    [sender, block, true],
    [undefined, block, false],
    [sender, undefined, true],
  ])('reads back what it wrote', (senderInfo, reportBlock, bye) => {
    const out = new Uint8Array(512)
    const length = writeRtcp(out, { ssrc: 7, sender: senderInfo, block: reportBlock, cname: 'x', bye })
    expect(length % 4).toBe(0)
    expect(parseRtcp(out.subarray(0, length))).toEqual({
      ssrc: 7,
      sender: senderInfo,
      blocks: reportBlock ? [reportBlock] : [],
      goodbyes: bye ? [7] : [],
    })
  })

  it.each(['', 'a', 'ab', 'abc', 'abcd', 'é'.repeat(200)])('pads the CNAME %j to whole words', (cname) => {
    const out = new Uint8Array(512)
    const length = writeRtcp(out, { ssrc: 1, sender: undefined, block: undefined, cname, bye: true })
    // The goodbye after the description is found only when the description's length is right.
    expect(parseRtcp(out.subarray(0, length)).goodbyes).toEqual([1])
  })
})

class Peer implements RtcpSource {
  readonly sent: { readonly at: number; readonly packet: Uint8Array }[] = []
  deliver: (packet: Uint8Array) => void = () => {}

  constructor(
    readonly ssrc: number,
    private readonly other: number,
    private readonly clock: SimulatedClock,
    private readonly sending = true,
  ) {}

  senderInfo() {
    return this.sending ? { timestamp: 1, packets: 2, octets: 3 } : undefined
  }

  receptionBlock() {
    return { ssrc: this.other, fractionLost: 64, lost: 5, highestSequence: 9, jitter: 80 }
  }

  send(packet: Uint8Array, length: number): void {
    const copy = packet.slice(0, length)
    this.sent.push({ at: this.clock.now(), packet: copy })
    this.deliver(copy)
  }
}

describe('RtcpReporter', () => {
  function pair(delayMs: number, clock = new SimulatedClock(1_700_000_000_000)) {
    const random = seeded(1)
    const ends = [new Peer(1, 2, clock), new Peer(2, 1, clock, false)]
    const reporters = ends.map(
      (peer) => new RtcpReporter(peer, { cname: 'test', clock, random, intervalMs: 5000 }),
    )
    ends[0]!.deliver = (packet) => clock.after(delayMs, () => reporters[1]!.receive(packet))
    ends[1]!.deliver = (packet) => clock.after(delayMs, () => reporters[0]!.receive(packet))
    return { clock, ends, reporters }
  }

  it("measures the round trip and hears the peer's view", () => {
    const { clock, reporters } = pair(35)
    clock.advance(30_000)
    expect(reporters[0]!.roundTripMs).toBeCloseTo(70, 0)
    expect(reporters[0]!.remote).toEqual({ lossRatio: 0.25, lost: 5, jitter: 80 })
  })

  it('varies its interval by half either way, the first being half as long', () => {
    const { clock, ends } = pair(1)
    clock.advance(600_000)
    const times = ends[0]!.sent.map(({ at }) => at - 1_700_000_000_000)
    expect(times[0]).toBeGreaterThanOrEqual(1250)
    expect(times[0]).toBeLessThanOrEqual(3750)
    const gaps = times.slice(1).map((at, n) => at - times[n]!)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2500)
    expect(Math.min(...gaps)).toBeLessThan(3500)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(7500)
    expect(Math.max(...gaps)).toBeGreaterThan(6500)
  })

  it('is a sender report only while it sends, and says goodbye once', () => {
    const { clock, ends, reporters } = pair(1)
    clock.advance(10_000)
    expect(parseRtcp(ends[0]!.sent[0]!.packet).sender).toBeDefined()
    expect(parseRtcp(ends[1]!.sent[0]!.packet).sender).toBeUndefined()
    reporters[0]!.close()
    const count = ends[0]!.sent.length
    expect(parseRtcp(ends[0]!.sent.at(-1)!.packet).goodbyes).toEqual([1])
    clock.advance(60_000)
    expect(ends[0]!.sent.length).toBe(count)
  })
})
