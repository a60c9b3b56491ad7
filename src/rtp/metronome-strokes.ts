/** Memory that a metronome's thread shares with the thread that it wakes. Times are in ms of the process's monotonic clock. */
export interface StrokeMemory {
  /** Grows with every stroke: the woken thread waits for it to change. */
  readonly counters: Int32Array
  /** Of each slot, when its first stroke is due. */
  readonly firsts: Float64Array
  /** Of each slot, ms between its strokes; 0 where the slot is free. */
  readonly intervals: Float64Array
}

/** Which of the counters counts strokes. */
export const STROKES = 0
/** Which of the counters tells the metronome's thread that slots have changed. */
export const CHANGES = 1

/** Beats that one metronome can serve. */
export const SLOTS = 64
const COUNTER_BYTES = 8

/** The views on memory that both threads share; a new one where none is given. */
export function strokeMemory(
  buffer = new SharedArrayBuffer(COUNTER_BYTES + 2 * SLOTS * Float64Array.BYTES_PER_ELEMENT),
): StrokeMemory & { readonly buffer: SharedArrayBuffer } {
  const firsts = new Float64Array(buffer, COUNTER_BYTES, SLOTS)
  return {
    buffer,
    counters: new Int32Array(buffer, 0, 2),
    firsts,
    intervals: new Float64Array(buffer, COUNTER_BYTES + firsts.byteLength, SLOTS),
  }
}

/** When the next stroke of all slots is due after `now`, in ms; Infinity while there is nobody. */
export function nextStroke({ firsts, intervals }: StrokeMemory, now: number): number {
  let next = Number.POSITIVE_INFINITY
  for (let slot = 0; slot < SLOTS; slot++) {
    const interval = intervals[slot]!
    if (interval === 0) continue
    const first = firsts[slot]!
    next = Math.min(next, first + Math.max(0, Math.floor((now - first) / interval) + 1) * interval)
  }
  return next
}

/** The clock that all threads of a process have in common, in ms. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
