/** When an engine counts as failed. All in ms. */
export interface FailoverTimes {
  /** Until a vendor's connection must be up. */
  readonly connectMs: number
  /** Until the first audio of a chunk must have come. */
  readonly firstByteMs: number
  /** Silence of an engine in mid-chunk, once what it sent is about to be used up. */
  readonly stallMs: number
}

export const defaultFailoverTimes: FailoverTimes = { connectMs: 2_000, firstByteMs: 2_500, stallMs: 500 }
