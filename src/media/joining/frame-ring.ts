import type { CodecName } from '../../audio/index.js'
import { mostPayloadBytes } from '../../legs/index.js'
import type { LegRate } from '../../session/index.js'

/** What an entry of a ring holds: PCM of a rate, a codec's payload, or nothing (a tick without payload). */
export type FrameKind = LegRate | CodecName | 'nothing'

const kinds: readonly FrameKind[] = [8000, 16_000, 'PCMU', 'PCMA', 'G722', 'opus', 'nothing']

/** Entries; a power of two. 320 ms: more than any burst of the pacer. */
const capacity = 16
/** 20 ms of PCM at 16 kHz, or the largest payload. */
const entryBytes = mostPayloadBytes
const headBytes = 8 + capacity * 8
/** Pulls between two looks at the delay: one second. */
const lookEvery = 50

/** One entry, to be read before the next is taken. */
export interface RingEntry {
  readonly kind: FrameKind
  readonly bytes: number
  readonly payload: Uint8Array
  readonly pcm: Int16Array
}

/**
 * Frames of 20 ms from one thread to another, or within one: one end writes, the other reads, nobody waits and nothing is
 * allocated. A full ring takes no more; what has piled up is left out by the reader, so that the delay stays at a frame.
 */
export class FrameRing {
  /** Entries written and taken since the beginning, as 32-bit counts. */
  private readonly counts: Int32Array
  /** Kind and bytes of each entry. */
  private readonly heads: Int32Array
  private readonly entries: { kind: FrameKind; bytes: number; payload: Uint8Array; pcm: Int16Array }[]
  private pulls = 0
  private least = capacity

  /** @param memory as `FrameRing.memory()` made it; both ends use the same */
  constructor(memory: SharedArrayBuffer) {
    this.counts = new Int32Array(memory, 0, 2)
    this.heads = new Int32Array(memory, 8, capacity * 2)
    this.entries = Array.from({ length: capacity }, (_, i) => {
      const start = headBytes + i * entryBytes
      return {
        kind: 'nothing',
        bytes: 0,
        payload: new Uint8Array(memory, start, entryBytes),
        pcm: new Int16Array(memory, start, entryBytes / 2),
      }
    })
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(headBytes + capacity * entryBytes)
  }

  /** Writes a frame of PCM. */
  writePcm(frame: Int16Array, rate: LegRate): void {
    const entry = this.free()
    if (!entry) return
    for (let i = 0; i < frame.length; i++) entry.pcm[i] = frame[i]!
    this.commit(rate, frame.length * 2)
  }

  /** Writes a payload; 0 bytes for a tick that has none. */
  writePayload(payload: Uint8Array, bytes: number, codec: CodecName): void {
    const entry = this.free()
    if (!entry) return
    for (let i = 0; i < bytes; i++) entry.payload[i] = payload[i]!
    this.commit(bytes === 0 ? 'nothing' : codec, bytes)
  }

  /** The entry whose turn it is; undefined when there is none yet. To be called once a tick, then `take`. */
  next(): RingEntry | undefined {
    const waiting = this.waiting
    this.least = Math.min(this.least, waiting)
    if (++this.pulls === lookEvery) this.catchUp()
    if (waiting === 0) return undefined
    const at = this.counts[1]! & (capacity - 1)
    const entry = this.entries[at]!
    entry.kind = kinds[this.heads[at * 2]!]!
    entry.bytes = this.heads[at * 2 + 1]!
    return entry
  }

  /** Done with the entry that `next` gave. */
  take(): void {
    if (this.waiting > 0) Atomics.store(this.counts, 1, (this.counts[1]! + 1) | 0)
  }

  private get waiting(): number {
    return (Atomics.load(this.counts, 0) - Atomics.load(this.counts, 1)) | 0
  }

  private free(): RingEntry | undefined {
    return this.waiting < capacity ? this.entries[this.counts[0]! & (capacity - 1)] : undefined
  }

  private commit(kind: FrameKind, bytes: number): void {
    const at = this.counts[0]! & (capacity - 1)
    this.heads[at * 2] = kinds.indexOf(kind)
    this.heads[at * 2 + 1] = bytes
    Atomics.store(this.counts, 0, (this.counts[0]! + 1) | 0)
  }

  /** Two entries that were there at every pull are one too many: the clocks of the ends stood still by turns. */
  private catchUp(): void {
    if (this.least > 1) Atomics.store(this.counts, 1, (this.counts[1]! + this.least - 1) | 0)
    this.least = capacity
    this.pulls = 0
  }
}
