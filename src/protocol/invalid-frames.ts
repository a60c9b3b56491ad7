/** Consecutive invalid frames that both platforms bear before they close the socket. */
const LIMIT = 10

/** Counts an app's invalid frames in a row. */
export class InvalidFrameCounter {
  private count = 0

  constructor(private readonly limit = LIMIT) {}

  /** A frame was fine: the row is broken. */
  valid(): void {
    this.count = 0
  }

  /** A frame was not. Returns true when it was one too many and the socket must close. */
  invalid(): boolean {
    this.count++
    return this.count >= this.limit
  }
}
