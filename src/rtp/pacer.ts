import type { Clock, Timer } from '../base/clock.js'

/** Called once per interval. `tickIndex` grows by one each time, by more where time was lost. */
export type PacerTick = (tickIndex: number) => void

export interface PacerOptions {
  readonly clock: Clock
  readonly intervalMs?: number
  /** Ticks made up at once after a stall; what was missed beyond is left out. */
  readonly maxBurst?: number
  /** Told of what a tick threw; the others and the next are not touched by it. */
  readonly onError?: (error: unknown) => void
}

/** Timers have whole milliseconds: waking this much early is nearer than a millisecond late. */
const earlyMs = 0.6

/**
 * One 20 ms beat for all calls of a thread. Ticks are due at multiples of the interval since the start, not since the last
 * tick: being late once does not make the next ones late, and nothing drifts.
 */
export class Pacer {
  /** Ticks that were left out because the thread stalled for too long. */
  skipped = 0
  private readonly clock: Clock
  private readonly intervalMs: number
  private readonly maxBurst: number
  private readonly onError: (error: unknown) => void
  /** Replaced, not changed, so that ticks may add and remove while it is walked. */
  private ticks: readonly PacerTick[] = []
  private startedAt = 0
  private next = 0
  private timer: Timer | undefined

  constructor(options: PacerOptions) {
    this.clock = options.clock
    this.intervalMs = options.intervalMs ?? 20
    this.maxBurst = options.maxBurst ?? 5
    this.onError = options.onError ?? (() => {})
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
    // The count goes on from where it stood, so that an index never comes twice.
    this.startedAt = this.clock.now() - (this.next - 1) * this.intervalMs
    this.schedule()
  }

  private schedule(): void {
    const wait = this.startedAt + this.next * this.intervalMs - this.clock.now()
    this.timer = this.clock.after(Math.max(0, Math.round(wait)), () => this.wake())
  }

  private wake(): void {
    const due = Math.floor((this.clock.now() + earlyMs - this.startedAt) / this.intervalMs)
    const late = due - this.next + 1 - this.maxBurst
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
        this.onError(error)
      }
    }
  }
}
