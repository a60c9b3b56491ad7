import { powerOfDb } from './noise-floor.js'

/** Above the noise floor; stricter than the gate, since nothing checks it. */
const RATIO = powerOfDb(9)
/** Nothing softer is a voice: -45 dB of full scale. */
const LEAST = powerOfDb(-45)
/** Loud without a break for this long, in ms, is a voice: longer than a click. */
const START_MS = 60
/** Not loud for this long, in ms, ends it. */
const END_MS = 240

/** Voice or not by loudness alone, from frame powers and the noise floor. Positions are samples since the start. */
export class EnergyDecision {
  voiced = false
  /** Where the first or, after an end, behind the last voiced sample lies. */
  since = 0
  private readonly startSamples: number
  private readonly endSamples: number
  private loudFrom = -1
  private loudUntil = 0

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    this.startSamples = (sampleRate * START_MS) / 1000
    this.endSamples = (sampleRate * END_MS) / 1000
  }

  /**
   * Takes the frame from `start` to `end`.
   * @param power its mean square
   * @param noise that of the line before it
   * @returns whether `voiced` changed
   */
  step(power: number, noise: number, start: number, end: number): boolean {
    if (power > Math.max(LEAST, noise * RATIO)) {
      if (this.loudFrom < 0) this.loudFrom = start
      this.loudUntil = end
    } else this.loudFrom = -1
    if (!this.voiced)
      return this.loudFrom >= 0 && end - this.loudFrom >= this.startSamples && this.turn(this.loudFrom)
    return end - this.loudUntil >= this.endSamples && this.turn(this.loudUntil)
  }

  private turn(at: number): true {
    this.voiced = !this.voiced
    this.since = at
    return true
  }
}
