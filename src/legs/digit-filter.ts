/** Ways by which a key press can arrive. */
export type DigitWay = 'event' | 'info' | 'tone'

/** Some phones tell of one press in two ways at once; by then both have arrived. */
const sameWithinMs = 500

/** Lets a key press through once that was told in several ways (RFC 4733 and SIP INFO, mostly). */
export class DigitFilter {
  private readonly last = new Map<string, { readonly way: DigitWay; readonly at: number }>()

  /** @returns whether the press is news; the same key told again in the same way always is */
  isNew(digit: string, way: DigitWay, now: number): boolean {
    const before = this.last.get(digit)
    if (before && before.way !== way && now - before.at < sameWithinMs) return false
    this.last.set(digit, { way, at: now })
    return true
  }
}
