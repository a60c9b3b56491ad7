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
  /** Calls that share a moment before the next one is begun: few calls wake the thread seldom. Default 1. */
  readonly together?: number
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
  private readonly together: number

  constructor({
    clock,
    metronome = new TimerMetronome(clock),
    intervalMs = 20,
    phases = 1,
    together = 1,
    maxBurst = 5,
    onError = () => {},
  }: PacerOptions) {
    this.together = together
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
    return this.roomiest().add(tick)
  }

  /** The fullest phase that has room, so that few are in use; the emptiest where none has. */
  private roomiest(): Beat {
    const room = this.beats.filter(({ followers }) => followers < this.together)
    if (room.length > 0) return room.reduce((best, beat) => (beat.followers > best.followers ? beat : best))
    return this.beats.reduce((best, beat) => (beat.followers < best.followers ? beat : best))
  }
}
