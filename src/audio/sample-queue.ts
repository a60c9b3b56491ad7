/**
 * A first-in, first-out queue of PCM samples over one ring. It grows as needed (by doubling) and never shrinks, so a
 * queue that has reached its working size allocates no more.
 */
export class SampleQueue {
  private ring: Int16Array
  private first = 0
  private count = 0

  /** @param capacity samples to have room for at the start */
  constructor(capacity = 8192) {
    this.ring = new Int16Array(Math.max(1, capacity))
  }

  /** Samples waiting. */
  get length(): number {
    return this.count
  }

  /** Puts a copy of `samples` at the end. */
  push(samples: Int16Array): void {
    this.reserve(this.count + samples.length)
    const at = (this.first + this.count) % this.ring.length
    const untilEnd = Math.min(samples.length, this.ring.length - at)
    this.ring.set(untilEnd === samples.length ? samples : samples.subarray(0, untilEnd), at)
    if (untilEnd < samples.length) this.ring.set(samples.subarray(untilEnd))
    this.count += samples.length
  }

  /**
   * Takes samples from the front into `frame`; what is missing of it becomes silence.
   * @returns samples taken, at most `frame.length`
   */
  pull(frame: Int16Array): number {
    const { ring } = this
    const taken = Math.min(frame.length, this.count)
    let at = this.first
    for (let i = 0; i < taken; i++) {
      frame[i] = ring[at]
      at = at + 1 === ring.length ? 0 : at + 1
    }
    frame.fill(0, taken)
    this.first = at
    this.count -= taken
    return taken
  }

  /** Drops up to `samples` from the front; returns how many. */
  skip(samples: number): number {
    const dropped = Math.min(samples, this.count)
    this.first = (this.first + dropped) % this.ring.length
    this.count -= dropped
    return dropped
  }

  /** Drops everything. */
  clear(): void {
    this.first = 0
    this.count = 0
  }

  private reserve(wanted: number): void {
    if (wanted <= this.ring.length) return
    const larger = new Int16Array(Math.max(wanted, this.ring.length * 2))
    const untilEnd = Math.min(this.count, this.ring.length - this.first)
    larger.set(this.ring.subarray(this.first, this.first + untilEnd))
    larger.set(this.ring.subarray(0, this.count - untilEnd), untilEnd)
    this.ring = larger
    this.first = 0
  }
}
