/** Slots of the sliding minimum; together they reach two seconds back, longer than speech goes without a dip. */
const SLOTS = 10
const SLOT_MS = 200
/** Assumed of a line not heard yet, so that a caller who speaks at once is not taken for noise. */
const FIRST_GUESS_DB = -60
/** Weight of a new frame in the smoothed level: single quiet frames shall not drag the floor down. */
const SMOOTHING = 0.3

/** Ratio of powers that is `db` decibels. */
export function powerOfDb(db: number): number {
  return 10 ** (db / 10)
}

/** Mean square of samples relative to full scale, 0 to 1; direct current, which cheap lines have, left out. */
export function power(frame: Int16Array): number {
  let sum = 0
  let squares = 0
  for (let i = 0; i < frame.length; i++) {
    const sample = frame[i]!
    sum += sample
    squares += sample * sample
  }
  const mean = sum / frame.length
  return Math.max(0, squares / frame.length - mean * mean) / (32768 * 32768)
}

/**
 * Noise of a line by minimum statistics (R. Martin, 2001, much simplified): the least smoothed level of the last two
 * seconds. Speech dips between syllables, steady noise does not; so the floor passes under speech and within two
 * seconds rises to new noise.
 */
export class NoiseFloor {
  /** Mean square relative to full scale. */
  level = powerOfDb(FIRST_GUESS_DB)
  private readonly slots = new Float64Array(SLOTS).fill(this.level)
  private readonly slotSamples: number
  private slot = 0
  private filled = 0
  private least = Number.POSITIVE_INFINITY
  private smooth = -1

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    this.slotSamples = (sampleRate * SLOT_MS) / 1000
  }

  /** @param power mean square of the next `samples` samples */
  process(power: number, samples: number): void {
    this.smooth = this.smooth < 0 ? power : this.smooth + SMOOTHING * (power - this.smooth)
    this.least = Math.min(this.least, this.smooth)
    this.filled += samples
    if (this.filled < this.slotSamples) {
      this.level = Math.min(this.level, this.smooth)
      return
    }
    this.filled = 0
    this.slots[this.slot] = this.least
    this.slot = (this.slot + 1) % SLOTS
    this.least = Number.POSITIVE_INFINITY
    this.level = this.slots[0]!
    for (let i = 1; i < SLOTS; i++) this.level = Math.min(this.level, this.slots[i]!)
  }
}
