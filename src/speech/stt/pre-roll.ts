/** The last stretch of audio before speech was noticed, so that the first syllable is not lost. */
export class PreRoll {
  private readonly ring: Int16Array
  private at = 0
  private filled = 0

  /** @param samples how much it keeps */
  constructor(samples: number) {
    this.ring = new Int16Array(samples)
  }

  write(frame: Int16Array): void {
    for (let i = 0; i < frame.length; i++) {
      this.ring[this.at] = frame[i]
      this.at = (this.at + 1) % this.ring.length
    }
    this.filled = Math.min(this.ring.length, this.filled + frame.length)
  }

  /** Takes out what it holds, oldest first. */
  drain(): Int16Array<ArrayBuffer> {
    const start = (this.at - this.filled + this.ring.length) % this.ring.length
    const out = new Int16Array(this.filled)
    for (let i = 0; i < out.length; i++) out[i] = this.ring[(start + i) % this.ring.length]
    this.filled = 0
    return out
  }
}
