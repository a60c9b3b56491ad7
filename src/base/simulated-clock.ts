import type { Clock, Timer } from './clock.js'

interface Pending {
  readonly at: number
  readonly order: number
  readonly task: () => void
}

/** A clock that moves only when told: tests and simulated calls run on it, faster than real time. */
export class SimulatedClock implements Clock {
  private time: number
  private order = 0
  private pending: Pending[] = []

  /** @param startMs what `now()` says at first, in ms since the Unix epoch */
  constructor(startMs = 0) {
    this.time = startMs
  }

  now(): number {
    return this.time
  }

  after(ms: number, task: () => void): Timer {
    const entry = { at: this.time + Math.max(0, ms), order: this.order++, task }
    this.pending.push(entry)
    return {
      cancel: () => {
        this.pending = this.pending.filter((other) => other !== entry)
      },
    }
  }

  /** Moves time forward by `ms`, running what falls due in order of time, then of scheduling. */
  advance(ms: number): void {
    const end = this.time + ms
    for (let next = this.next(end); next; next = this.next(end)) {
      this.time = next.at
      this.pending.splice(this.pending.indexOf(next), 1)
      next.task()
    }
    this.time = end
  }

  /** As `advance`, in steps of `stepMs`, letting promises settle between the steps. */
  async run(ms: number, stepMs = 20): Promise<void> {
    const end = this.time + ms
    while (this.time < end) {
      this.advance(Math.min(stepMs, end - this.time))
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  private next(end: number): Pending | undefined {
    let first: Pending | undefined
    for (const entry of this.pending) {
      if (entry.at > end) continue
      if (!first || entry.at < first.at || (entry.at === first.at && entry.order < first.order)) first = entry
    }
    return first
  }
}
