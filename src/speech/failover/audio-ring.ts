/** A frame that was heard, and whether there was a voice in it. */
export interface HeardFrame {
  readonly pcm: Int16Array
  readonly voiced: boolean
}

/** The most that is kept, in ms. */
const MOST_MS = 30_000
/** Kept while nobody has spoken, in ms: voice activity tells of a voice a little after it began. */
const PRE_ROLL_MS = 1_000
/** Frames that are kept to be written over, at most: what falls out while nobody speaks. */
const MOST_SPARE = 50

/** The caller's audio that no recogniser has settled yet, to be heard again by another one. */
export class AudioRing {
  private readonly frames: HeardFrame[] = []
  private readonly spare: Int16Array[] = []
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
    this.frames.push({ pcm: this.copyOf(pcm), voiced })
    this.samples += pcm.length
    this.voiced ||= voiced
    this.dropTo(this.endMs - (this.voiced ? MOST_MS : PRE_ROLL_MS))
  }

  /** What lies before `ms` is settled. */
  settle(ms: number): void {
    this.dropTo(ms)
    this.voiced = this.frames.some((frame) => frame.voiced)
  }

  /** What is kept, oldest first; the frames are written over once they are settled. */
  kept(): readonly HeardFrame[] {
    return this.frames
  }

  private copyOf(pcm: Int16Array): Int16Array {
    const spare = this.spare.pop()
    if (spare?.length !== pcm.length) return pcm.slice()
    spare.set(pcm)
    return spare
  }

  private dropTo(ms: number): void {
    const wanted = (ms * this.sampleRate) / 1000
    let count = 0
    for (const { pcm } of this.frames) {
      if (this.dropped + pcm.length > wanted) break
      this.dropped += pcm.length
      this.samples -= pcm.length
      count++
      if (this.spare.length < MOST_SPARE) this.spare.push(pcm)
    }
    if (count > 0) this.frames.splice(0, count)
  }
}
