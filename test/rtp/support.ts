import { type Codec, createCodec } from '../../src/audio/index.js'
import type { Clock } from '../../src/base/clock.js'
import type { Endpoint, MediaSocket } from '../../src/rtp/index.js'
import { writeRtpHeader } from '../../src/rtp/packet.js'

/** Reproducible random numbers, 0 up to but not 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Something like speech: voiced syllables of gliding pitch with pauses between, 16-bit, loud enough to be heard. */
export function speechLike(seconds: number, sampleRate: number, seed = 1): Int16Array {
  const random = seeded(seed)
  const pcm = new Int16Array(Math.round(seconds * sampleRate))
  let at = 0
  while (at < pcm.length) {
    const length = Math.round((0.12 + random() * 0.25) * sampleRate)
    const pitch = 90 + random() * 80
    const glide = (random() - 0.5) * 30
    const colour = 400 + random() * 400
    let phase = 0
    for (let i = 0; i < length && at + i < pcm.length; i++) {
      const through = i / length
      phase += (pitch + glide * through) / sampleRate
      const envelope = Math.sin(Math.PI * through)
      let sample = 0
      for (let k = 1; k <= 12; k++) {
        const distance = (k * pitch - colour) / 500
        sample += Math.sin(2 * Math.PI * k * phase) / (1 + distance * distance)
      }
      pcm[at + i] = 2500 * envelope * sample
    }
    at += length + Math.round(random() * 0.15 * sampleRate)
  }
  return pcm
}

export interface SentPacket {
  readonly sequence: number
  readonly timestamp: number
  readonly payload: Uint8Array
  /** ms at which the sender sent it. */
  readonly sentAt: number
}

/** Cuts PCM into packets as a sender of `codec` would. */
export function packetize(pcm: Int16Array, codec: Codec, ptimeMs = 20, firstTimestamp = 0): SentPacket[] {
  const samples = (codec.sampleRate * ptimeMs) / 1000
  const ticks = (codec.clockRate * ptimeMs) / 1000
  const packets: SentPacket[] = []
  const out = new Uint8Array(1024)
  for (let n = 0; (n + 1) * samples <= pcm.length; n++) {
    const bytes = codec.encode(pcm.subarray(n * samples, (n + 1) * samples), out)
    packets.push({
      sequence: n & 0xffff,
      timestamp: (firstTimestamp + n * ticks) % 2 ** 32,
      payload: out.slice(0, bytes),
      sentAt: n * ptimeMs,
    })
  }
  return packets
}

/** Best signal-to-noise ratio in dB of `heard[at, at + length)` against any stretch of `sent` within `reach` samples. */
export function alignedSnr(
  sent: Int16Array,
  heard: Int16Array,
  at: number,
  length: number,
  reach: number,
): number {
  let best = Number.NEGATIVE_INFINITY
  for (let from = Math.max(0, at - reach); from <= at; from++) {
    let signal = 0
    let noise = 0
    for (let i = 0; i < length; i++) {
      const s = sent[from + i] ?? 0
      const d = s - heard[at + i]!
      signal += s * s
      noise += d * d
    }
    best = Math.max(best, 10 * Math.log10((signal + 1) / (noise + 1)))
  }
  return best
}

export function rtpPacket(
  payloadType: number,
  sequence: number,
  timestamp: number,
  ssrc: number,
  payload: Uint8Array,
  marker = false,
): Uint8Array {
  const packet = new Uint8Array(12 + payload.length)
  writeRtpHeader(packet, payloadType, marker, sequence & 0xffff, timestamp >>> 0, ssrc)
  packet.set(payload, 12)
  return packet
}

/** A socket whose other end is the test. */
export class FakeSocket implements MediaSocket {
  readonly local: Endpoint = { address: '192.0.2.1', port: 4000 }
  readonly sendErrors = 0
  readonly sent: { readonly packet: Uint8Array; readonly to: Endpoint }[] = []
  closed = false
  private handler: (packet: Uint8Array, from: Endpoint) => void = () => {}

  send(packet: Uint8Array, length: number, to: Endpoint): void {
    this.sent.push({ packet: packet.slice(0, length), to })
  }

  onPacket(handler: (packet: Uint8Array, from: Endpoint) => void): void {
    this.handler = handler
  }

  async close(): Promise<void> {
    this.closed = true
  }

  arrive(packet: Uint8Array, from: Endpoint): void {
    this.handler(packet, from)
  }
}

/** Runs `task` every 20 ms of the clock. */
export function everyFrame(clock: Clock, task: () => void): void {
  clock.after(20, () => {
    task()
    everyFrame(clock, task)
  })
}

export { createCodec }
