import type { Clock } from '../base/clock.js'
import { earlyMs, type Metronome } from './metronome.js'

/** Called once per interval. `tickIndex` grows by one each time, by more where time was lost. */
export type PacerTick = (tickIndex: number) => void

export interface BeatOptions {
  readonly clock: Clock
  readonly metronome: Metronome
  readonly intervalMs: number
  /** A time of the clock at which it would beat; it beats at whole intervals from there. */
  readonly origin: number
  /** Ticks made up at once after a stall; what was missed beyond is left out. */
  readonly maxBurst: number
  /** Told of what a tick threw; the others and the next are not touched by it. */
  readonly onError: (error: unknown) => void
}

/** A first tick nearer than this would come in the same moment as the call. */
const soonestMs = 1

/** One regular beat and those who follow it. Rests while there is nobody. */
export class Beat {
  /** Ticks that were left out because the thread stalled for too long. */
  skipped = 0
  /** Replaced, not changed, so that ticks may add and remove while it is walked. */
  private ticks: readonly PacerTick[] = []
  /** When the tick numbered 0 would have been due. */
  private zero = 0
  private next = 0
  private stop: (() => void) | undefined

  constructor(private readonly options: BeatOptions) {}

  /** How many follow it. */
  get followers(): number {
    return this.ticks.length
  }

  /** Calls `tick` every interval from the next beat on. Returns what ends it. */
  add(tick: PacerTick): () => void {
    const own: PacerTick = (index) => tick(index)
    this.ticks = [...this.ticks, own]
    if (!this.stop) this.start()
    return () => {
      this.ticks = this.ticks.filter((other) => other !== own)
      if (this.ticks.length > 0) return
      this.stop?.()
      this.stop = undefined
    }
  }

  private start(): void {
    const { clock, intervalMs, origin } = this.options
    const now = clock.now()
    let wait = origin - now - Math.floor((origin - now) / intervalMs) * intervalMs
    if (wait < soonestMs) wait += intervalMs
    // The count goes on from where it stood, so that an index never comes twice.
    this.zero = now + wait - this.next * intervalMs
    this.stop = this.options.metronome.start(now + wait, intervalMs, () => this.wake())
  }

  private wake(): void {
    const { clock, intervalMs, maxBurst } = this.options
    const due = Math.floor((clock.now() + earlyMs - this.zero) / intervalMs)
    const late = due - this.next + 1 - maxBurst
    if (late > 0) {
      this.next += late
      this.skipped += late
    }
    while (this.next <= due && this.ticks.length > 0) this.beat(this.next++)
  }

  private beat(index: number): void {
    const { ticks } = this
    for (let i = 0; i < ticks.length; i++) {
      try {
        ticks[i]!(index)
      } catch (error) {
        this.options.onError(error)
      }
    }
  }
}
