/** Rates the model knows, in Hz. */
export type ModelRate = 8000 | 16000

/** Samples of a window: 32 ms. */
export function windowSamples(rate: ModelRate): 256 | 512 {
  return rate === 8000 ? 256 : 512
}

const LONGEST = 512
const BYTES_PER_WINDOW = 4 + 4 + LONGEST * 2 + 2

/**
 * Windows on their way to the model and its answers on their way back, in memory that both threads share. Only one
 * of the two touches it at a time: whoever was told last.
 */
export class WindowBatch {
  readonly capacity: number
  readonly samples: Int16Array
  readonly probabilities: Float32Array
  private readonly heads: Int32Array
  private readonly rates: Uint8Array
  private readonly firsts: Uint8Array

  constructor(readonly memory: SharedArrayBuffer) {
    const n = Math.floor((memory.byteLength - 4) / BYTES_PER_WINDOW)
    this.capacity = n
    this.heads = new Int32Array(memory, 0, n + 1)
    this.probabilities = new Float32Array(memory, 4 + 4 * n, n)
    this.samples = new Int16Array(memory, 4 + 8 * n, n * LONGEST)
    this.rates = new Uint8Array(memory, 4 + 8 * n + n * LONGEST * 2, n)
    this.firsts = new Uint8Array(memory, 4 + 9 * n + n * LONGEST * 2, n)
  }

  static ofCapacity(windows: number): WindowBatch {
    return new WindowBatch(new SharedArrayBuffer(4 + windows * BYTES_PER_WINDOW))
  }

  get count(): number {
    return this.heads[0]!
  }

  clear(): void {
    this.heads[0] = 0
  }

  /**
   * Makes room for a window; its samples belong at the index returned times 512.
   * @param stream number of the stream whose state the model shall go on with
   * @param first whether the window begins anew, with no state before it
   */
  add(stream: number, rate: ModelRate, first: boolean): number {
    const index = this.heads[0]!++
    this.heads[index + 1] = stream
    this.rates[index] = rate / 8000
    this.firsts[index] = first ? 1 : 0
    return index
  }

  stream(index: number): number {
    return this.heads[index + 1]!
  }

  rate(index: number): ModelRate {
    return this.rates[index] === 1 ? 8000 : 16000
  }

  first(index: number): boolean {
    return this.firsts[index] === 1
  }

  /** Where the samples of a window begin in `samples`. */
  offset(index: number): number {
    return index * LONGEST
  }
}
