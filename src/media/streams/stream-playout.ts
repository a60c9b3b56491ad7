import { fadeOut } from '../../audio/index.js'

/** What waits to be played: audio, perhaps not decoded yet, and the app's marks between. */
type Entry =
  | { readonly kind: 'audio'; pcm: Int16Array | undefined; played: number }
  | { readonly kind: 'mark'; readonly name: string }

export interface StreamPlayoutOptions {
  /** Hz. */
  readonly sampleRate: number
  /** The audio before a mark has been played, or cleared. */
  mark(name: string): void
  /** The queue ran dry: gives what is left to be played. */
  rest(): Int16Array
}

/** Place in the queue of audio that is still being decoded. */
export interface PlayoutSlot {
  /** What belongs there; nothing where it could not be decoded. */
  fill(pcm: Int16Array): void
}

/** Ticks of 20 ms that an app which sends in real time is ahead, so that the network's jitter leaves no gaps. */
const aheadTicks = 2
/** Longest queue, in seconds. */
const longestSeconds = 300
/** Fade of what is cleared, in ms. */
const fadeMs = 5

/** The queue of what an app has sent to be heard. */
export class StreamPlayout {
  private entries: Entry[] = []
  private queued = 0
  private playing = false
  private waited = 0

  constructor(private readonly options: StreamPlayoutOptions) {}

  /** Puts audio at the end. @returns false when the queue is full: it is dropped */
  add(pcm: Int16Array): boolean {
    if (this.isFull) return false
    if (pcm.length > 0) this.push({ kind: 'audio', pcm, played: 0 })
    return true
  }

  /** Keeps a place at the end for audio that follows; undefined when the queue is full. */
  reserve(): PlayoutSlot | undefined {
    if (this.isFull) return undefined
    const entry: Entry = { kind: 'audio', pcm: undefined, played: 0 }
    this.push(entry)
    return {
      fill: (pcm) => {
        if (!this.entries.includes(entry)) return
        entry.pcm = pcm
        this.queued += pcm.length
        this.passMarks()
      },
    }
  }

  /** Returned when all before it has been played; at once when nothing is queued. */
  mark(name: string): void {
    if (this.entries.length === 0) this.options.mark(name)
    else this.entries.push({ kind: 'mark', name })
  }

  /** Drops all that is queued; its marks are returned. What sounds fades out. */
  clear(): void {
    const { entries } = this
    const sounding = this.playing ? entries[0] : undefined
    this.entries = []
    this.queued = 0
    if (sounding?.kind === 'audio' && sounding.pcm) {
      const samples = (this.options.sampleRate * fadeMs) / 1000
      const tail = sounding.pcm.slice(sounding.played, sounding.played + samples)
      fadeOut(tail)
      this.push({ kind: 'audio', pcm: tail, played: 0 })
    }
    for (const entry of entries) if (entry.kind === 'mark') this.options.mark(entry.name)
  }

  /** Fills a frame of 20 ms. @returns false when there is nothing to play */
  pull(frame: Int16Array): boolean {
    if (!this.mayPlay(frame.length)) return false
    let at = this.take(frame, 0)
    if (at < frame.length && this.entries.length === 0) {
      this.add(this.options.rest())
      at = this.take(frame, at)
      this.playing = this.entries.length > 0
    }
    frame.fill(0, at)
    return at > 0
  }

  private get isFull(): boolean {
    return this.queued >= longestSeconds * this.options.sampleRate
  }

  private push(entry: Entry): void {
    this.entries.push(entry)
    if (entry.kind === 'audio') this.queued += entry.pcm?.length ?? 0
  }

  /** After a pause waits until a little is there. */
  private mayPlay(frameSamples: number): boolean {
    if (this.playing) return true
    if (this.entries.length === 0) return false
    this.playing = this.queued >= aheadTicks * frameSamples || ++this.waited > aheadTicks
    if (this.playing) this.waited = 0
    return this.playing
  }

  /** @returns samples that are filled then */
  private take(frame: Int16Array, from: number): number {
    let at = from
    for (let entry = this.entries[0]; entry && at < frame.length; entry = this.entries[0]) {
      if (entry.kind === 'audio') {
        if (!entry.pcm) break
        const piece = entry.pcm.subarray(entry.played, entry.played + frame.length - at)
        frame.set(piece, at)
        at += piece.length
        entry.played += piece.length
        this.queued -= piece.length
        if (entry.played < entry.pcm.length) break
      }
      this.entries.shift()
      if (entry.kind === 'mark') this.options.mark(entry.name)
    }
    this.passMarks()
    return at
  }

  /** Returns the marks that nothing is before. */
  private passMarks(): void {
    for (let entry = this.entries[0]; entry; entry = this.entries[0]) {
      const over = entry.kind === 'mark' || (entry.pcm && entry.played === entry.pcm.length)
      if (!over) return
      this.entries.shift()
      if (entry.kind === 'mark') this.options.mark(entry.name)
    }
  }
}
