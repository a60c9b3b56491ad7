/** How far `value` lies after `reference` on a 32-bit circle: negative when it lies before. */
export function distance32(value: number, reference: number): number {
  return (value - reference) | 0
}

/** Turns wrapping 32-bit timestamps into numbers that go on growing. */
export class TimestampUnwrapper {
  private latest: number | undefined

  /** @returns the timestamp on the unwrapped line; less than an earlier answer when it is older */
  unwrap(timestamp: number): number {
    if (this.latest === undefined) {
      this.latest = timestamp
      return timestamp
    }
    const unwrapped = this.latest + distance32(timestamp, this.latest % 2 ** 32)
    if (unwrapped > this.latest) this.latest = unwrapped
    return unwrapped
  }

  reset(): void {
    this.latest = undefined
  }
}
