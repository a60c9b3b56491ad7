/** Samples of a 20 ms frame at `sampleRate` Hz. */
export function frameSamples(sampleRate: number): number {
  return sampleRate / 50
}

/** Cuts a stream of PCM that comes in pieces of any length into frames of one length. */
export class Framer {
  private readonly frame: Int16Array
  private filled = 0

  /**
   * @param samples length of a frame
   * @param take gets each frame as it fills; the buffer is reused, copy to keep
   */
  constructor(
    samples: number,
    private readonly take: (frame: Int16Array) => void,
  ) {
    this.frame = new Int16Array(samples)
  }

  /** Samples waiting for their frame to fill. */
  get pending(): number {
    return this.filled
  }

  write(samples: Int16Array): void {
    const { frame } = this
    for (let i = 0; i < samples.length; i++) {
      frame[this.filled++] = samples[i]
      if (this.filled === frame.length) {
        this.filled = 0
        this.take(frame)
      }
    }
  }

  /** Ends the stream: what waits comes out as one frame, filled up with silence. */
  flush(): void {
    if (this.filled === 0) return
    this.frame.fill(0, this.filled)
    this.filled = 0
    this.take(this.frame)
  }
}
