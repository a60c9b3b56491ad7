import type { Clock, Timer } from '../base/clock.js'
import type { BargeIn } from './listening/index.js'
import type { Speaker } from './speaking/index.js'

export interface WatchdogOptions {
  readonly clock: Clock
  readonly speaker: Speaker
  readonly bargeIn: BargeIn
  /** An invariant was broken and has been repaired. */
  readonly repaired: (invariant: string) => void
}

/** ms between two looks. */
const PERIOD_MS = 1_000

/**
 * Holds the invariants that keep a caller from being stuck in silence. A state must be wrong at two looks in a row:
 * between two events it may well be wrong for a moment.
 */
export class Watchdog {
  private timer: Timer | undefined
  private suspected = new Set<string>()

  constructor(private readonly options: WatchdogOptions) {}

  start(): void {
    this.timer = this.options.clock.after(PERIOD_MS, () => {
      this.look()
      this.start()
    })
  }

  stop(): void {
    this.timer?.cancel()
  }

  private look(): void {
    const { speaker, bargeIn, repaired } = this.options
    const broken = speaker.invariants()
    if (speaker.paused && !bargeIn.pending) broken.push('paused-for-nothing')
    for (const invariant of broken) {
      if (!this.suspected.has(invariant)) continue
      if (invariant === 'paused-for-nothing') speaker.resume()
      else speaker.repair(invariant)
      repaired(invariant)
    }
    this.suspected = new Set(broken)
  }
}
