/** A frame that was heard, and whether there was a voice in it. */
export interface HeardFrame {
  readonly pcm: Int16Array
  readonly voiced: boolean
}

/** The most that is kept, in ms. */
const MOST_MS = 30_000
/** Kept while nobody has spoken, in ms: voice activity tells of a voice a little after it began. */
const PRE_ROLL_MS = 1_000

/** The caller's audio that no recogniser has settled yet, to be heard again by another one. */
export class AudioRing {
  private frames: HeardFrame[] = []
  private samples = 0
  private dropped = 0
  private voiced = false

  /** @param sampleRate Hz of the frames */
  constructor(private readonly sampleRate: number) {}

  /** ms from the beginning of the stream to the oldest frame kept. */
  get startMs(): number {
    return (this.dropped * 1000) / this.sampleRate
  }

  /** ms from the beginning of the stream to its end. */
  get endMs(): number {
    return ((this.dropped + this.samples) * 1000) / this.sampleRate
  }

  /** Keeps a copy. */
  push(pcm: Int16Array, voiced: boolean): void {
    this.frames.push({ pcm: pcm.slice(), voiced })
    this.samples += pcm.length
    this.voiced ||= voiced
    this.dropTo(this.endMs - (this.voiced ? MOST_MS : PRE_ROLL_MS))
  }

  /** What lies before `ms` is settled. */
  settle(ms: number): void {
    this.dropTo(ms)
    this.voiced = this.frames.some((frame) => frame.voiced)
  }

  /** What is kept, oldest first. */
  kept(): readonly HeardFrame[] {
    return this.frames
  }

  private dropTo(ms: number): void {
    const wanted = (ms * this.sampleRate) / 1000
    let count = 0
    while (count < this.frames.length && this.dropped + this.frames[count]!.pcm.length <= wanted) {
      this.dropped += this.frames[count]!.pcm.length
      this.samples -= this.frames[count]!.pcm.length
      count++
    }
    if (count > 0) this.frames.splice(0, count)
  }
}
