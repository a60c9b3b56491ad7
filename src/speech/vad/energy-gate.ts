import { NoiseFloor, power, powerOfDb } from './noise-floor.js'

/** The gate opens this far above the noise floor. */
const RATIO = powerOfDb(6)
/** Nothing softer opens it, however quiet the line is: -55 dB of full scale. */
const LEAST = powerOfDb(-55)
/** How long it stays open after the last loud frame, in ms: words of one sentence share an opening. */
const HOLD_MS = 300

/**
 * First stage of voice activity: is anything louder than the line's own noise? It is asked on every frame of every
 * call, so it only sums squares; what the sound is, the second stage decides.
 */
export class EnergyGate {
  /** Mean square of the last frame, relative to full scale. */
  power = 0
  /** Whether the last frame was louder than the noise. */
  loud = false
  private readonly floor: NoiseFloor
  private readonly hold: number
  /** Samples left until it closes. */
  private left = 0

  /** @param sampleRate Hz of the frames */
  constructor(sampleRate: number) {
    this.floor = new NoiseFloor(sampleRate)
    this.hold = (HOLD_MS * sampleRate) / 1000
  }

  get open(): boolean {
    return this.left > 0
  }

  /** Noise of the line: mean square relative to full scale. */
  get noise(): number {
    return this.floor.level
  }

  /** Takes the next frame. @returns whether the gate is open now */
  process(frame: Int16Array): boolean {
    if (frame.length === 0) return this.open
    this.power = power(frame)
    this.loud = this.power > Math.max(LEAST, this.floor.level * RATIO)
    this.left = this.loud ? this.hold : Math.max(0, this.left - frame.length)
    this.floor.process(this.power, frame.length)
    return this.open
  }
}
