import type { Clock } from '../base/clock.js'
import { Beat, type PacerTick } from './beat.js'
import { type Metronome, TimerMetronome } from './metronome.js'

export type { PacerTick } from './beat.js'

export interface PacerOptions {
  readonly clock: Clock
  /** Default: the clock's timers. */
  readonly metronome?: Metronome | undefined
  readonly intervalMs?: number
  /**
   * Moments of an interval over which calls are spread, so that many of them do not keep packets, frames and each other
   * waiting all at once. Default 1.
   */
  readonly phases?: number
  /** Ticks made up at once after a stall; what was missed beyond is left out. */
  readonly maxBurst?: number
  /** Told of what a tick threw; the others and the next are not touched by it. */
  readonly onError?: (error: unknown) => void
}

/**
 * Paces all calls of a thread, 20 ms a tick. Ticks are due at multiples of the interval since the start, not since the
 * last tick: being late once does not make the next ones late, and nothing drifts.
 */
export class Pacer {
  private readonly beats: readonly Beat[]

  constructor({
    clock,
    metronome = new TimerMetronome(clock),
    intervalMs = 20,
    phases = 1,
    maxBurst = 5,
    onError = () => {},
  }: PacerOptions) {
    const startedAt = clock.now()
    this.beats = Array.from({ length: phases }, (_, phase) => {
      const origin = startedAt + (phase * intervalMs) / phases
      return new Beat({ clock, metronome, intervalMs, origin, maxBurst, onError })
    })
  }

  /** Ticks that were left out because the thread stalled for too long. */
  get skipped(): number {
    return this.beats.reduce((sum, { skipped }) => sum + skipped, 0)
  }

  /** Calls `tick` every interval from a next beat on, always in the same phase. Returns what ends it. */
  add(tick: PacerTick): () => void {
    return this.emptiest().add(tick)
  }

  private emptiest(): Beat {
    return this.beats.reduce((best, beat) => (beat.followers < best.followers ? beat : best))
  }
}
