import { type LevelOptions, powerOfDb } from './noise-floor.js'

/** When loudness alone is taken for a voice; stricter than the gate, since nothing checks it. */
export interface EnergyOptions extends LevelOptions {
  /** Loud without a break for this long, in ms, is a voice: longer than a click. Default 60. */
  readonly startMs?: number
  /** Not loud for this long, in ms, ends it. Default 240. */
  readonly endMs?: number
}

/** Voice or not by loudness alone, from frame powers and the noise floor. Positions are samples since the start. */
export class EnergyDecision {
  voiced = false
  /** Where the first or, after an end, behind the last voiced sample lies. */
  since = 0
  private readonly ratio: number
  private readonly least: number
  private readonly startSamples: number
  private readonly endSamples: number
  private loudFrom = -1
  private loudUntil = 0

  /** @param sampleRate Hz */
  constructor(
    sampleRate: number,
    { marginDb = 9, minimumDb = -45, startMs = 60, endMs = 240 }: EnergyOptions = {},
  ) {
    this.ratio = powerOfDb(marginDb)
    this.least = powerOfDb(minimumDb)
    this.startSamples = (sampleRate * startMs) / 1000
    this.endSamples = (sampleRate * endMs) / 1000
  }

  /**
   * Takes the frame from `start` to `end`.
   * @param power its mean square
   * @param noise that of the line before it
   * @returns whether `voiced` changed
   */
  step(power: number, noise: number, start: number, end: number): boolean {
    if (power > Math.max(this.least, noise * this.ratio)) {
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
