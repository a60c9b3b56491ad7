/** The PCM of one chunk or one piece of media, as it comes in; kept whole so that it can be played again. */
export class AudioTrack {
  private readonly pieces: Int16Array[] = []
  private readonly starts: number[] = []
  private cursor = 0
  private samples = 0
  private ended = false

  /** Samples there so far. */
  get length(): number {
    return this.samples
  }

  /** No more will come. */
  get complete(): boolean {
    return this.ended
  }

  /** Adds audio at the end. The array is kept, not copied. */
  append(pcm: Int16Array): void {
    if (pcm.length === 0 || this.ended) return
    this.pieces.push(pcm)
    this.starts.push(this.samples)
    this.samples += pcm.length
  }

  end(): void {
    this.ended = true
  }

  /** Takes back what lies behind the first `samples`. */
  truncate(samples: number): void {
    if (samples >= this.samples || this.ended) return
    while (this.pieces.length > 0 && this.starts.at(-1)! >= samples) {
      this.starts.pop()
      this.pieces.pop()
    }
    const last = this.pieces.length - 1
    if (last >= 0) this.pieces[last] = this.pieces[last]!.subarray(0, samples - this.starts[last]!)
    this.samples = samples
    this.cursor = Math.min(this.cursor, Math.max(0, last))
  }

  /**
   * Copies up to `count` samples from position `from` to `out[at…]`, without allocating.
   * @returns samples copied
   */
  read(from: number, out: Int16Array, at: number, count: number): number {
    const most = Math.min(count, this.samples - from)
    for (let copied = 0; copied < most; ) {
      const piece = this.pieceAt(from + copied)
      const offset = from + copied - this.starts[this.cursor]!
      const run = Math.min(most - copied, piece.length - offset)
      for (let i = 0; i < run; i++) out[at + copied + i] = piece[offset + i]!
      copied += run
    }
    return Math.max(0, most)
  }

  private pieceAt(position: number): Int16Array {
    while (position < this.starts[this.cursor]!) this.cursor--
    while (position >= this.starts[this.cursor]! + this.pieces[this.cursor]!.length) this.cursor++
    return this.pieces[this.cursor]!
  }
}
