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
