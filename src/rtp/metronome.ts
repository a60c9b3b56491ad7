import type { Clock, Timer } from '../base/clock.js'

/** Where the moments of a beat come from. */
export interface Metronome {
  /**
   * Calls `stroke` at `first` and every `intervalMs` after it, at most `earlyMs` before the time. A stroke may come when none
   * is due, and one stroke stands for all that a stall has held up.
   * @param first a time of the clock
   * @returns what ends it
   */
  start(first: number, intervalMs: number, stroke: () => void): () => void
}

/** ms before its time at which a stroke still counts for it: half a millisecond of rounding, and what clocks differ by. */
export const earlyMs = 0.6

/** Strokes from the event loop's timers. These have whole milliseconds: waking a little early is nearer than a millisecond late. */
export class TimerMetronome implements Metronome {
  constructor(private readonly clock: Clock) {}

  start(first: number, intervalMs: number, stroke: () => void): () => void {
    const { clock } = this
    let timer: Timer | undefined
    let ended = false
    const schedule = () => {
      const passed = Math.floor((clock.now() + earlyMs - first) / intervalMs)
      const due = first + Math.max(0, passed + 1) * intervalMs
      timer = clock.after(Math.max(0, Math.round(due - clock.now())), () => {
        stroke()
        if (!ended) schedule()
      })
    }
    schedule()
    return () => {
      ended = true
      timer?.cancel()
    }
  }
}
