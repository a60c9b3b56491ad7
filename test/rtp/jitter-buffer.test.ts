import { describe, expect, it } from 'vitest'
import type { CodecName } from '../../src/audio/index.js'
import { JitterBuffer } from '../../src/rtp/jitter-buffer.js'
import { alignedSnr, createCodec, packetize, type SentPacket, seeded, speechLike } from './support.js'

interface Arrival {
  readonly at: number
  readonly packet: SentPacket
}

/** Plays arrivals into a buffer that is pulled every 20 ms. */
function play(codecName: CodecName, arrivals: Arrival[], untilMs: number, pullPeriodMs = 20) {
  const codec = createCodec(codecName)
  const buffer = new JitterBuffer(codec)
  const samples = codec.sampleRate / 50
  const frame = new Int16Array(samples)
  const pulls = Math.floor(untilMs / pullPeriodMs)
  const heard = new Int16Array(pulls * samples)
  const lost: boolean[] = []
  const delays: number[] = []
  const queue = [...arrivals].sort((a, b) => a.at - b.at)
  let next = 0
  for (let n = 0; n < pulls; n++) {
    const now = n * pullPeriodMs + 7
    for (; next < queue.length && queue[next]!.at <= now; next++) {
      const { packet, at } = queue[next]!
      buffer.push(packet.sequence, packet.timestamp, packet.payload, 0, packet.payload.length, at)
    }
    lost.push(buffer.pull(frame, now))
    delays.push(buffer.delayMs(now))
    heard.set(frame, n * samples)
  }
  codec.close()
  return { buffer, heard, lost, delays, samples }
}

/** Median over the loud stretches of 40 ms of how well what was heard matches what was sent. */
function medianSnr(sent: Int16Array, heard: Int16Array, sampleRate: number, fromMs: number): number {
  const length = Math.round(sampleRate * 0.04)
  const all: number[] = []
  for (let at = (fromMs * sampleRate) / 1000; at + length <= heard.length; at += 3 * length) {
    let level = 0
    for (let i = 0; i < length; i++) level += Math.abs(heard[at + i]!)
    if (level / length > 500) all.push(alignedSnr(sent, heard, at, length, sampleRate / 4))
  }
  all.sort((a, b) => a - b)
  return all[Math.floor(all.length / 2)]!
}

describe('JitterBuffer', () => {
  it.each([10, 20, 30, 40, 60])('passes an even stream of %i ms packets through whole', (ptime) => {
    const pcm = speechLike(4, 8000)
    const packets = packetize(pcm, createCodec('PCMU'), ptime)
    const run = play(
      'PCMU',
      packets.map((packet) => ({ at: packet.sentAt + ptime, packet })),
      4000,
    )
    expect(run.buffer.concealedMs).toBe(0)
    expect(run.lost.slice(10).some(Boolean)).toBe(false)
    expect(run.delays.at(-1)).toBeLessThan(60)
    expect(medianSnr(pcm, run.heard, 8000, 2000)).toBeGreaterThan(25)
  })

  it('survives 5 % loss and 40 ms of jitter with little harm and no growing delay', () => {
    const random = seeded(7)
    const pcm = speechLike(20, 8000)
    const packets = packetize(pcm, createCodec('PCMU'))
    const arrivals = packets
      .filter(() => random() >= 0.05)
      .map((packet) => ({ at: packet.sentAt + 50 + random() * 40, packet }))
    const run = play('PCMU', arrivals, 20_000)
    const lostShare = run.lost.slice(100).filter(Boolean).length / (run.lost.length - 100)
    expect(lostShare).toBeGreaterThan(0.02)
    expect(lostShare).toBeLessThan(0.08)
    expect(Math.max(...run.delays.slice(200))).toBeLessThan(130)
    expect(medianSnr(pcm, run.heard, 8000, 2000)).toBeGreaterThan(20)
    expect(run.buffer.discarded).toBeLessThan(10)
  })

  it.each([200, -200])('neither grows nor starves in an hour with a sender %i ppm off', (ppm) => {
    const codec = createCodec('PCMU')
    const buffer = new JitterBuffer(codec)
    const packets = packetize(speechLike(60, 8000), codec)
    const frame = new Int16Array(160)
    const period = 20 * (1 - ppm / 1e6)
    let sent = 0
    let lost = 0
    let worst = 0
    for (let n = 0; n < 3600 * 50; n++) {
      const now = n * 20
      for (; sent * period <= now; sent++) {
        const { payload } = packets[sent % packets.length]!
        buffer.push(sent, sent * 160, payload, 0, 160, sent * period)
      }
      if (buffer.pull(frame, now)) lost++
      if (n > 100) worst = Math.max(worst, buffer.delayMs(now))
    }
    expect(lost).toBeLessThan(10)
    expect(worst).toBeLessThan(80)
    expect(buffer.discarded).toBe(0)
  })

  it('puts reordered packets in order and drops duplicates', () => {
    const pcm = speechLike(4, 8000)
    const packets = packetize(pcm, createCodec('PCMU'))
    const arrivals: Arrival[] = packets.flatMap((packet, n) => {
      const at = packet.sentAt + (n % 2 === 0 ? 45 : 10)
      return n % 5 === 0
        ? [
            { at, packet },
            { at: at + 3, packet },
          ]
        : [{ at, packet }]
    })
    const run = play('PCMU', arrivals, 4000)
    expect(run.lost.slice(60).filter(Boolean).length).toBe(0)
    expect(run.buffer.discarded).toBe(40)
    expect(medianSnr(pcm, run.heard, 8000, 1500)).toBeGreaterThan(25)
  })

  it('keeps a pause of the sender as long as it was, and does not count it as loss', () => {
    const pcm = speechLike(6, 8000)
    const packets = packetize(pcm, createCodec('PCMU'))
      .filter(({ sentAt }) => sentAt < 2000 || sentAt >= 3000)
      .map((packet, n) => ({ ...packet, sequence: n }))
    const run = play(
      'PCMU',
      packets.map((packet) => ({ at: packet.sentAt + 20, packet })),
      6000,
    )
    expect(run.buffer.concealedMs).toBe(0)
    const pause = run.lost.slice(50).filter(Boolean).length * 20
    expect(pause).toBeGreaterThanOrEqual(960)
    expect(pause).toBeLessThanOrEqual(1040)
    expect(run.delays.at(-1)).toBeLessThan(60)
  })

  it.each([
    ['forward', 10_000_000],
    ['back', -10_000_000],
  ])("goes on after the sender's timestamps jump %s", (_, jump) => {
    const pcm = speechLike(6, 8000)
    const packets = packetize(pcm, createCodec('PCMU'), 20, 100_000_000).map((packet) =>
      packet.sentAt < 3000 ? packet : { ...packet, timestamp: packet.timestamp + jump },
    )
    const run = play(
      'PCMU',
      packets.map((packet) => ({ at: packet.sentAt + 20, packet })),
      6000,
    )
    expect(run.lost.slice(50).filter(Boolean).length).toBeLessThanOrEqual(5)
    expect(run.delays.at(-1)).toBeLessThan(60)
    expect(medianSnr(pcm, run.heard, 8000, 4500)).toBeGreaterThan(25)
  })

  it('bounds the delay after the network stalls for two seconds and then delivers everything', () => {
    const pcm = speechLike(8, 8000)
    const packets = packetize(pcm, createCodec('PCMU'))
    const arrivals = packets.map((packet) => ({
      at: packet.sentAt >= 3000 && packet.sentAt < 5000 ? 5000 : packet.sentAt + 20,
      packet,
    }))
    const run = play('PCMU', arrivals, 8000)
    expect(run.delays.at(-1)).toBeLessThan(220)
    expect(run.lost.slice(260).filter(Boolean).length).toBeLessThan(3)
  })

  it('shortens a delay that a bad stretch left behind', () => {
    const random = seeded(3)
    const pcm = speechLike(40, 8000)
    const packets = packetize(pcm, createCodec('PCMU'))
    const arrivals = packets.map((packet) => ({
      at: packet.sentAt + 20 + (packet.sentAt < 8000 ? random() * 120 : 0),
      packet,
    }))
    const run = play('PCMU', arrivals, 40_000)
    expect(run.delays[390]).toBeGreaterThan(100)
    expect(run.delays.at(-1)).toBeLessThan(50)
  })

  it.each(['G722', 'opus'] as const)('carries %s with losses', (name) => {
    const random = seeded(11)
    const packets = packetize(speechLike(6, 16_000), createCodec(name))
    const arrivals = packets
      .filter(() => random() >= 0.05)
      .map((packet) => ({ at: packet.sentAt + 20 + random() * 20, packet }))
    const run = play(name, arrivals, 6000)
    expect(run.lost.slice(20).filter(Boolean).length).toBeLessThan(40)
    expect(run.buffer.concealedMs).toBeGreaterThan(0)
    const energy = run.heard.reduce((sum, sample) => sum + sample * sample, 0) / run.heard.length
    expect(Math.sqrt(energy)).toBeGreaterThan(500)
  })
})

describe('JitterBuffer.pullPayload', () => {
  /** Numbered payloads, pulled undecoded unless `decoded` says otherwise for a pull. */
  function handOn(
    arrivals: { at: number; n: number }[],
    untilMs: number,
    decoded = (_pull: number) => false,
  ) {
    const buffer = new JitterBuffer(createCodec('PCMU'))
    const out = new Uint8Array(640)
    const frame = new Int16Array(160)
    const queue = [...arrivals].sort((a, b) => a.at - b.at)
    const heard: (number | undefined)[] = []
    const delays: number[] = []
    for (let pull = 0, next = 0; pull * 20 < untilMs; pull++) {
      const now = pull * 20 + 7
      for (; next < queue.length && queue[next]!.at <= now; next++) {
        const { n, at } = queue[next]!
        const payload = new Uint8Array(160).fill(0xff)
        new DataView(payload.buffer).setUint32(0, n)
        buffer.push(n, n * 160, payload, 0, 160, at)
      }
      if (decoded(pull)) buffer.pull(frame, now)
      else {
        const bytes = buffer.pullPayload(out, now)
        heard.push(bytes === 0 ? undefined : new DataView(out.buffer).getUint32(0))
      }
      delays.push(buffer.delayMs(now))
    }
    return { buffer, heard, delays }
  }
  const even = (count: number) => Array.from({ length: count }, (_, n) => ({ at: n * 20 + 5, n }))

  it('gives every packet once and in order', () => {
    const { heard, buffer } = handOn(even(500), 9900)
    const given = heard.filter((n) => n !== undefined)
    expect(given).toEqual(Array.from({ length: given.length }, (_, n) => n))
    expect(given.length).toBeGreaterThan(488)
    expect(buffer.concealedMs).toBe(0)
  })

  it('leaves a hole of its length where a packet was lost, and counts it', () => {
    const { heard, buffer } = handOn(
      even(300).filter(({ n }) => n !== 100 && n !== 200 && n !== 201),
      5900,
    )
    // Surplus delay vanishes in the first.
    const at = heard.indexOf(99)
    expect(heard.slice(at, at + 3)).toEqual([99, 101, 102])
    const then = heard.indexOf(199)
    expect(heard.slice(then, then + 4)).toEqual([199, undefined, undefined, 202])
    expect(buffer.concealedMs).toBe(40)
  })

  it.each([500, -500])(
    'keeps its delay with a sender %i ppm off: a packet is left out, or a hole put in',
    (ppm) => {
      const period = 20 * (1 - ppm / 1e6)
      const arrivals = Array.from({ length: 30_000 }, (_, n) => ({ at: n * period + 5, n }))
      const { heard, delays, buffer } = handOn(arrivals, 599_000)
      expect(Math.max(...delays.slice(100))).toBeLessThan(100)
      // 500 ppm of ten minutes are 15 packets.
      const given = new Set(heard)
      const skipped = Array.from({ length: 29_900 }, (_, n) => n).filter((n) => !given.has(n)).length
      const holes = heard.slice(100).filter((n) => n === undefined).length
      expect(ppm > 0 ? skipped : holes).toBeGreaterThan(8)
      expect(ppm > 0 ? skipped : holes).toBeLessThan(22)
      expect(buffer.discarded).toBe(0)
    },
  )

  it('goes to and fro between decoded and not without repeating or losing more than is decoded', () => {
    const { heard } = handOn(even(500), 9900, (pull) => pull % 100 >= 50)
    const given = heard.filter((n) => n !== undefined)
    expect(given).toEqual([...new Set(given)].sort((a, b) => a - b))
    expect(given.length).toBeGreaterThan(240)
  })

  it('refuses packets that are not of 20 ms, without using the tick up', () => {
    const buffer = new JitterBuffer(createCodec('PCMU'))
    const [out, frame] = [new Uint8Array(640), new Int16Array(160)]
    for (let n = 0; n < 20; n++) {
      buffer.push(n, n * 240, new Uint8Array(240).fill(0x80), 0, 240, n * 30)
      if (n < 4) continue
      expect(buffer.pullPayload(out, n * 30)).toBe(-1)
      buffer.pull(frame, n * 30)
    }
    expect(buffer.frames).toBe(16)
  })
})
