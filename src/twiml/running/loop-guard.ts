import type { Clock } from '../../base/clock.js'

/** Documents that may follow each other in one window. Real ones wait for a caller or play something. */
const MOST_DOCUMENTS = 50
const WINDOW_MS = 10_000

/** Notices documents that lead to each other without end. */
export class LoopGuard {
  private times: number[] = []

  constructor(private readonly clock: Clock) {}

  /** Counts a document. @returns whether it was one too many */
  exceeded(): boolean {
    const now = this.clock.now()
    this.times = this.times.filter((time) => time > now - WINDOW_MS)
    this.times.push(now)
    return this.times.length > MOST_DOCUMENTS
  }
}
