/** How often this process looks at its own clock, in ms. */
const every = 5

/**
 * When this process itself stood still, so that what it measures of others is theirs: an answer that lay unread here was
 * not late.
 */
export class Stalls {
  private readonly spans: { readonly from: number; readonly to: number }[] = []
  private last = Date.now()
  private readonly timer = setInterval(() => {
    const now = Date.now()
    if (now - this.last > 2 * every) this.spans.push({ from: this.last + every, to: now })
    this.last = now
  }, every)

  /** ms that it stood still between two moments, in ms since the Unix epoch. */
  within(from: number, to: number): number {
    return this.spans.reduce(
      (sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)),
      0,
    )
  }

  /** The longest so far, in ms. */
  get longest(): number {
    return Math.max(0, ...this.spans.map(({ from, to }) => to - from))
  }

  stop(): void {
    clearInterval(this.timer)
  }
}
