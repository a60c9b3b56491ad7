/** Gathers frames into stretches of one length, so that a recogniser is told of several at a time. */
export class FrameBatch {
  private readonly batch: Int16Array
  private batched = 0

  /**
   * @param samples length of a full stretch; a frame that is longer goes by itself
   * @param send takes a stretch in a buffer of its own
   */
  constructor(
    samples: number,
    private readonly send: (pcm: Int16Array<ArrayBuffer>) => void,
  ) {
    this.batch = new Int16Array(samples)
  }

  /** Copies the frame in; sends what is full. */
  append(frame: Int16Array): void {
    if (this.batched + frame.length > this.batch.length) this.flush()
    if (frame.length > this.batch.length) return this.send(frame.slice())
    this.batch.set(frame, this.batched)
    this.batched += frame.length
    if (this.batched === this.batch.length) this.flush()
  }

  /** Sends what there is, full or not. */
  flush(): void {
    if (this.batched === 0) return
    const full = this.batch.slice(0, this.batched)
    this.batched = 0
    this.send(full)
  }
}
