import type { Clock, Timer } from '../base/clock.js'

/** Called once per interval. `tickIndex` grows by one each time, by more where time was lost. */
export type PacerTick = (tickIndex: number) => void

export interface BeatOptions {
  readonly clock: Clock
  readonly intervalMs: number
  /** A time of the clock at which it would beat; it beats at whole intervals from there. */
  readonly origin: number
  /** Ticks made up at once after a stall; what was missed beyond is left out. */
  readonly maxBurst: number
  /** Told of what a tick threw; the others and the next are not touched by it. */
  readonly onError: (error: unknown) => void
}

/** Timers have whole milliseconds: waking this much early is nearer than a millisecond late. */
const earlyMs = 0.6
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
  private timer: Timer | undefined

  constructor(private readonly options: BeatOptions) {}

  /** How many follow it. */
  get followers(): number {
    return this.ticks.length
  }

  /** Calls `tick` every interval from the next beat on. Returns what ends it. */
  add(tick: PacerTick): () => void {
    const own: PacerTick = (index) => tick(index)
    this.ticks = [...this.ticks, own]
    if (!this.timer) this.start()
    return () => {
      this.ticks = this.ticks.filter((other) => other !== own)
      if (this.ticks.length > 0) return
      this.timer?.cancel()
      this.timer = undefined
    }
  }

  private start(): void {
    const { clock, intervalMs, origin } = this.options
    const now = clock.now()
    let wait = origin - now - Math.floor((origin - now) / intervalMs) * intervalMs
    if (wait < soonestMs) wait += intervalMs
    // The count goes on from where it stood, so that an index never comes twice.
    this.zero = now + wait - this.next * intervalMs
    this.schedule()
  }

  private schedule(): void {
    const { clock, intervalMs } = this.options
    const wait = this.zero + this.next * intervalMs - clock.now()
    this.timer = clock.after(Math.max(0, Math.round(wait)), () => this.wake())
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
    if (this.ticks.length > 0) this.schedule()
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
