/** The last samples of a stream, found again by their position since its start. */
export class SampleRing {
  /** Samples written so far. */
  written = 0
  private readonly samples: Int16Array

  /** @param capacity samples it remembers */
  constructor(readonly capacity: number) {
    this.samples = new Int16Array(capacity)
  }

  write(frame: Int16Array): void {
    for (let i = 0; i < frame.length; i++) this.samples[(this.written + i) % this.capacity] = frame[i]!
    this.written += frame.length
  }

  /** Copies `count` samples from position `at`, which must still be remembered, to `target[offset…]`. */
  copy(at: number, count: number, target: Int16Array, offset: number): void {
    for (let i = 0; i < count; i++) target[offset + i] = this.samples[(at + i) % this.capacity]!
  }
}
