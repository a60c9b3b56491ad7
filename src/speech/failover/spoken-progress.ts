import type { CollectedSpeech } from '../collect-speech.js'
import type { SpeechAudio, WordMark } from '../engine.js'
import { estimateCut } from './estimate-cut.js'

/** Where one engine's speech ends and the next one's begins. */
export interface Cut {
  /** What was spoken of the text, in UTF-16 units. */
  readonly textEnd: number
  /** ms of the audio that stay. */
  readonly atMs: number
}

/** Audio left behind a word's mark, so that its last sound is whole. */
const TAIL_MS = 30

/** What was delivered of a request so far. */
export class SpokenProgress {
  private pieces: Int16Array[] = []
  private marks: WordMark[] = []
  private samples = 0
  private rate = 0

  constructor(private readonly text: string) {}

  /** Hz of what was delivered; 0 before anything was. */
  get sampleRate(): number {
    return this.rate
  }

  get deliveredMs(): number {
    return this.rate === 0 ? 0 : (this.samples * 1000) / this.rate
  }

  /** Whether words are told by marks. */
  get isMarked(): boolean {
    return this.marks.length > 0
  }

  add({ pcm, sampleRate, marks }: SpeechAudio): void {
    this.rate = sampleRate
    this.pieces.push(pcm)
    this.samples += pcm.length
    this.marks.push(...marks)
  }

  /**
   * The first word that was not spoken whole, and where the audio is cut before it: as late as possible, so that what is
   * there bridges the time until the next engine speaks. Words are told by the marks, or estimated where there are none.
   * @param heardMs what cannot be withdrawn any more
   * @param msPerUnit how long this voice takes for a unit of `spokenLength`
   */
  cut(heardMs: number, msPerUnit: number): Cut {
    if (heardMs <= 0 || this.samples === 0) return { textEnd: 0, atMs: 0 }
    const last = this.marks.at(-1)
    if (!last) return estimateCut(this.text, this.pcm(), this.rate, heardMs, msPerUnit)
    const atMs = Math.min(this.deliveredMs, Math.max(heardMs, last.endMs + TAIL_MS))
    return { textEnd: last.textEnd, atMs }
  }

  /** All that was delivered. */
  whole(): CollectedSpeech {
    return { pcm: this.pcm(), sampleRate: this.rate, marks: this.marks }
  }

  /** Forgets what lies behind a cut. */
  withdraw({ atMs, textEnd }: Cut): void {
    const pcm = this.pcm()
    this.samples = Math.min(pcm.length, Math.round((atMs * this.rate) / 1000))
    this.pieces = [pcm.subarray(0, this.samples)]
    this.marks = this.marks.filter((mark) => mark.textEnd <= textEnd)
  }

  private pcm(): Int16Array {
    const pcm = new Int16Array(this.samples)
    let at = 0
    for (const piece of this.pieces) {
      pcm.set(piece, at)
      at += piece.length
    }
    return pcm
  }
}
