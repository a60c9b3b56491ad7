/** How an `EnergyGate` tells sound from the room. All in dB. */
export interface EnergyGateOptions {
  /** Above the noise floor, a frame counts as sound. Default 9. */
  readonly openDb?: number
  /** Below this level (relative to full scale) nothing counts. Default -52. */
  readonly leastDbfs?: number
  /** ms that the gate stays open after the last loud frame. Default 240. */
  readonly holdMs?: number
}

/** Where the floor starts: a quiet line. */
const startFloorDb = -60
/** dB per second at which the floor follows louder surroundings: while closed, while open, and when told it is noise. */
const rise = { closed: 6, open: 1.5, noise: 20 }
/** Share of the way down to a quieter frame, each frame. */
const fall = 0.3

/** The first stage: opens when a frame stands out from an adapting noise floor. Costs a microsecond a frame. */
export class EnergyGate {
  private readonly openDb: number
  private readonly leastDb: number
  private readonly holdMs: number
  private floorDb = startFloorDb
  private heldMs = 0
  private noise = false

  constructor(options: EnergyGateOptions = {}) {
    this.openDb = options.openDb ?? 9
    this.leastDb = options.leastDbfs ?? -52
    this.holdMs = options.holdMs ?? 240
  }

  /** Whether the last frame itself stood out. */
  loud = false

  get open(): boolean {
    return this.heldMs > 0
  }

  /** The second stage's opinion: what keeps the gate open is no voice, so the floor may rise to it quickly. */
  isNoise(noise: boolean): void {
    this.noise = noise
  }

  /** @param ms length of the frame; @returns whether the gate is open */
  write(frame: Int16Array, ms: number): boolean {
    const level = levelDb(frame)
    this.loud = level > this.leastDb && level > this.floorDb + this.openDb
    this.heldMs = this.loud ? this.holdMs : Math.max(0, this.heldMs - ms)
    if (level < this.floorDb) this.floorDb += (Math.max(level, -80) - this.floorDb) * fall
    else {
      const perSecond = this.noise ? rise.noise : this.open ? rise.open : rise.closed
      this.floorDb = Math.min(level, this.floorDb + (perSecond * ms) / 1000)
    }
    return this.open
  }
}

/** Mean power in dB relative to full scale, direct current left out. */
function levelDb(frame: Int16Array): number {
  let sum = 0
  let squares = 0
  for (let i = 0; i < frame.length; i++) {
    sum += frame[i]
    squares += frame[i] * frame[i]
  }
  const mean = sum / frame.length
  const power = squares / frame.length - mean * mean
  return 10 * Math.log10(Math.max(power, 1e-3) / (32768 * 32768))
}
