import { clip } from '../audio/index.js'
import { PitchFinder } from './pitch.js'

/** Synthesised audio is full for this long, and gone after `silentMs` (as G.711 Appendix I). */
const fullMs = 10
const silentMs = 60

/**
 * Conceals lost audio in the manner of ITU-T G.711 Appendix I: repeats the last pitch period, later the last two and three
 * so that it does not buzz, fades it out within 60 ms, and cross-fades into what comes next. For any PCM rate.
 */
export class Concealment {
  private readonly history: Int16Array
  private readonly minLag: number
  private readonly maxLag: number
  private readonly match: number
  private readonly perMs: number
  private readonly pitch = new PitchFinder()
  /** Samples synthesised since the last good one; 0 while nothing is concealed. */
  private made = 0
  private period = 0
  private cycles = 1
  private phase = 0
  /** Step between the last good sample and the repeated period, faded out over 2 ms. */
  private step = 0

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    this.perMs = sampleRate / 1000
    this.minLag = 5 * this.perMs
    this.maxLag = 15 * this.perMs
    this.match = 20 * this.perMs
    this.history = new Int16Array(3 * this.maxLag + this.match)
  }

  /** True while audio is being made up and has not faded to silence. */
  get audible(): boolean {
    return this.made < silentMs * this.perMs
  }

  /** Remembers audio that was received, and smooths its beginning when it follows on a loss. Changes it in place. */
  received(samples: Int16Array, length: number): void {
    if (this.made > 0) this.blend(samples, length)
    this.made = 0
    this.remember(samples, length)
  }

  /** Makes up `length` samples into `out` from `at` on. */
  conceal(out: Int16Array, at: number, length: number): void {
    if (this.made === 0) this.begin()
    for (let i = 0; i < length; i++) out[at + i] = this.next()
  }

  /** As after the constructor: what was heard has nothing to do with what comes. */
  reset(): void {
    this.history.fill(0)
    this.made = 0
  }

  private begin(): void {
    const { history } = this
    const end = history.length
    this.period = this.pitch.find(history, end - this.match, this.match, this.minLag, this.maxLag, -1)
    this.cycles = 1
    this.phase = 0
    this.step = history[end - 1]! - history[end - this.period - 1]!
  }

  private next(): number {
    const ms = this.made++ / this.perMs
    if (ms >= silentMs) return 0
    const span = this.period * this.cycles
    if (this.phase >= span) {
      this.phase = 0
      // More periods the longer it lasts; only where one ends, so that nothing clicks.
      this.cycles = ms < 10 ? 1 : ms < 20 ? 2 : 3
    }
    const start = this.history.length - this.period * this.cycles
    const smooth = ms < 2 ? this.step * (1 - ms / 2) : 0
    const sample = this.repeated(start, this.phase++) + smooth
    const gain = ms < fullMs ? 1 : 1 - (ms - fullMs) / (silentMs - fullMs)
    return clip(sample * gain)
  }

  /** The stretch from `start` to the end of the history, its last quarter period faded into what precedes `start`. */
  private repeated(start: number, phase: number): number {
    const { history, period } = this
    const sample = history[start + phase]!
    const quarter = period >> 2
    const left = history.length - start - phase
    if (left > quarter || start < quarter) return sample
    const fade = left / (quarter + 1)
    return sample * fade + history[start - left]! * (1 - fade)
  }

  /** Cross-fades from the made-up audio, continued, to the received: 4 ms, longer after longer losses, at most 10. */
  private blend(samples: Int16Array, length: number): void {
    const ms = Math.min(10, 4 + this.made / this.perMs / 10)
    const overlap = Math.min(length, Math.round(ms * this.perMs))
    for (let i = 0; i < overlap; i++) {
      const fade = (i + 1) / (overlap + 1)
      samples[i] = this.next() * (1 - fade) + samples[i]! * fade
    }
  }

  private remember(samples: Int16Array, length: number): void {
    const { history } = this
    const keep = Math.max(0, history.length - length)
    history.copyWithin(0, history.length - keep)
    for (let i = keep; i < history.length; i++) history[i] = samples[length - history.length + i]!
  }
}
