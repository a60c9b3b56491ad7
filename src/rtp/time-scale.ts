import { PitchFinder } from './pitch.js'

/** Below this mean absolute level a splice is not heard, wherever it is made. */
const quietLevel = 60
const enoughLikeness = 0.85

/** Takes out or puts in one pitch period at the beginning of a stretch of audio, cross-faded so that it is not heard. */
export class TimeScaler {
  /** Samples the stretch must have: 20 ms. */
  readonly window: number
  private readonly minLag: number
  private readonly maxLag: number
  private readonly match: number
  private readonly pitch = new PitchFinder()

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    this.window = Math.round(sampleRate * 0.02)
    this.minLag = Math.round(sampleRate * 0.0025)
    this.maxLag = Math.round(sampleRate * 0.01)
    this.match = Math.round(sampleRate * 0.01)
  }

  /**
   * @param samples changed in place; only the first `window` samples are looked at
   * @param length samples in use, at least `window`
   * @param force takes the best place there is, even a bad one
   * @returns the new length; the same when no good place was found
   */
  shorten(samples: Int16Array, length: number, force: boolean): number {
    const period = this.period(samples, force)
    if (period === 0) return length
    for (let i = 0; i < period; i++) {
      const fade = i / period
      samples[i] = samples[i]! * (1 - fade) + samples[i + period]! * fade
    }
    samples.copyWithin(period, 2 * period, length)
    return length - period
  }

  /** As `shorten`, the other way. `samples` must have room for `window` more. */
  lengthen(samples: Int16Array, length: number, force: boolean): number {
    const period = this.period(samples, force)
    if (period === 0) return length
    samples.copyWithin(2 * period, period, length)
    for (let i = 0; i < period; i++) {
      const fade = i / period
      samples[period + i] = samples[2 * period + i]! * (1 - fade) + samples[i]! * fade
    }
    return length + period
  }

  private period(samples: Int16Array, force: boolean): number {
    let level = 0
    for (let i = 0; i < this.window; i++) level += Math.abs(samples[i]!)
    if (level < quietLevel * this.window) return this.maxLag
    const period = this.pitch.find(samples, 0, this.match, this.minLag, this.maxLag, 1)
    return force || this.pitch.likeness >= enoughLikeness ? period : 0
  }
}
