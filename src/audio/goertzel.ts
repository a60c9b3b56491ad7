/** Measures the energy of one frequency in a block of samples, sample by sample. */
export class Goertzel {
  private readonly coefficient: number
  private last = 0
  private beforeLast = 0

  constructor(frequencyHz: number, sampleRate: number) {
    this.coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / sampleRate)
  }

  add(sample: number): void {
    const next = sample + this.coefficient * this.last - this.beforeLast
    this.beforeLast = this.last
    this.last = next
  }

  /** |X|² of the block so far: (amplitude × samples / 2)² for a sine of this frequency. Starts the next block. */
  take(): number {
    const { last, beforeLast, coefficient } = this
    this.last = 0
    this.beforeLast = 0
    return last * last + beforeLast * beforeLast - coefficient * last * beforeLast
  }
}
