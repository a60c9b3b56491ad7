import { type LevelOptions, NoiseFloor, power, powerOfDb } from './noise-floor.js'

/** When the gate opens and closes; levels in dB relative to full scale. */
export interface GateOptions extends LevelOptions {
  /** How long it stays open after the last loud frame, in ms: words of one sentence share an opening. Default 300. */
  readonly holdMs?: number
}

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
  private readonly ratio: number
  private readonly least: number
  private readonly hold: number
  /** Samples left until it closes. */
  private left = 0

  /** @param sampleRate Hz of the frames */
  constructor(sampleRate: number, { marginDb = 6, minimumDb = -55, holdMs = 300 }: GateOptions = {}) {
    this.floor = new NoiseFloor(sampleRate)
    this.ratio = powerOfDb(marginDb)
    this.least = powerOfDb(minimumDb)
    this.hold = (holdMs * sampleRate) / 1000
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
    this.loud = this.power > Math.max(this.least, this.floor.level * this.ratio)
    this.left = this.loud ? this.hold : Math.max(0, this.left - frame.length)
    this.floor.process(this.power, frame.length)
    return this.open
  }
}
