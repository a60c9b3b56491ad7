/** Beyond this the pulls have not merely been late: time was lost. */
const lostMs = 100

/**
 * When a pull was meant to happen. Pulls come every 20 ms, some of them late, none early: their own count is a better
 * clock than the moment each was served.
 */
export class PullClock {
  private nominal: number | undefined

  constructor(private readonly periodMs: number) {}

  /** Counts one pull. @returns its nominal time in ms */
  pull(now: number): number {
    if (this.nominal === undefined) {
      this.nominal = now
      return now
    }
    this.nominal += this.periodMs
    const behind = now - this.nominal
    // Earlier than thought: this is the truer time. Later: follow slowly, in case the clocks differ.
    if (behind < 0 || behind > lostMs) this.nominal = now
    else this.nominal += behind * 0.02
    return this.nominal
  }
}
