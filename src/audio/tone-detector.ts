import { Goertzel } from './goertzel.js'
import { fromDbfs, rms } from './level.js'

/** A tone that goes on. */
export interface Tone {
  readonly hz: number
  /** ms so far. */
  readonly ms: number
}

/** Tones below are taken for voices, in Hz. */
const LOWEST_HZ = 350
const HIGHEST_HZ = 2600
/** In dB relative to full scale. */
const WEAKEST_DBFS = -40
/** Share of a frame's energy that the tone must have; vowels have less, and not for long. */
const PURITY = 0.85
/** How far the frequency may lie from that of the frame before, in Hz. */
const DRIFT_HZ = 20
/** Frames of another sound within a tone that do not end it: a lost packet, the turn of the phase in a fax's tone. */
const LONGEST_GAP = 1

/**
 * Follows a single tone of any frequency: the beep of an answering machine, the answer of a fax. The frequency of a frame
 * comes from linear prediction (of a sine, x[n] + x[n-2] is 2 cos ω · x[n-1]), how pure it is from Goertzel's algorithm.
 */
export class ToneDetector {
  private hz = 0
  private frames = 0
  private missed = 0
  private readonly weakest = fromDbfs(WEAKEST_DBFS)
  /** Samples that prediction looks back: 125 µs, which tells frequencies up to 4 kHz. */
  private readonly lag: number

  /** @param sampleRate Hz, at least 8000 */
  constructor(private readonly sampleRate: number) {
    this.lag = Math.max(1, Math.round(sampleRate / 8000))
  }

  /** @param frame 20 ms @returns the tone that sounds now; undefined for none */
  write(frame: Int16Array): Tone | undefined {
    const hz = this.toneOf(frame)
    if (hz === undefined) {
      if (++this.missed > LONGEST_GAP) this.frames = 0
      return undefined
    }
    const follows = this.frames > 0 && Math.abs(hz - this.hz) <= DRIFT_HZ
    this.frames = follows ? this.frames + this.missed + 1 : 1
    this.missed = 0
    this.hz = hz
    return { hz, ms: this.frames * 20 }
  }

  /** Hz of the one tone that a frame is. */
  private toneOf(frame: Int16Array): number | undefined {
    const level = rms(frame)
    if (level < this.weakest) return undefined
    let products = 0
    let squares = 0
    const { lag } = this
    for (let i = 2 * lag; i < frame.length; i++) {
      const middle = frame[i - lag]!
      products += (frame[i]! + frame[i - 2 * lag]!) * middle
      squares += middle * middle
    }
    const cosine = products / (2 * squares)
    if (!(Math.abs(cosine) < 1)) return undefined
    const hz = (Math.acos(cosine) * this.sampleRate) / (2 * Math.PI * lag)
    if (hz < LOWEST_HZ || hz > HIGHEST_HZ) return undefined
    return this.purity(frame, hz, level) >= PURITY ? hz : undefined
  }

  private purity(frame: Int16Array, hz: number, level: number): number {
    const ear = new Goertzel(hz, this.sampleRate)
    for (const sample of frame) ear.add(sample)
    // |X|² of a sine is (a × n / 2)², its energy a² × n / 2.
    return (ear.take() * 2) / (level * level * frame.length * frame.length)
  }
}
