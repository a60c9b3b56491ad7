import { clip } from './level.js'

/** Quantiser and scale tables of ITU-T G.722 at 64 kbit/s, by the names the Recommendation gives them. */

/** 6-bit inverse quantiser of the low band (Table 14), what the listener hears. */
export const QM6 = Int16Array.of(
  ...[-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360],
  ...[
    -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688,
  ],
  ...[-1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856],
  ...[
    7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136,
  ],
  ...[-432, -136],
)

/** 4-bit inverse quantiser of the low band, what both sides adapt by. */
export const QM4 = Int16Array.of(
  ...[0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0],
)

/** 2-bit inverse quantiser of the high band. */
export const QM2 = Int16Array.of(-7408, -1616, 7408, 1616)

/** Decision levels of the low band's quantiser, for a magnitude in units of det / 4096. */
export const Q6 = Int16Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121],
  ...[1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
)

/** Logarithmic scale step per 4-bit low-band code: W_L through RL42. */
const LOW_STEPS = Int16Array.of(
  ...[-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60],
)

/** Logarithmic scale step per 2-bit high-band code: W_H through RH2. */
const HIGH_STEPS = Int16Array.of(798, -214, 798, -214)

/** Antilogarithm of the scale factor's fraction, in 1/32 octaves. */
const ILB = Int16Array.of(
  ...[2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896],
  ...[2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008],
)

/** Where `state` keeps what: a typed array, since its elements are never boxed and never change their type. */
const LOG_SCALE = 0
const ZERO_PART = 1
const POLE1 = 2
const POLE2 = 3
const RECONSTRUCTED1 = 4
const RECONSTRUCTED2 = 5
const PARTIAL1 = 6
const PARTIAL2 = 7
const ZEROS = 8
const DIFFERENCES = 14
const STATE_SIZE = 20

const { imul } = Math

/** Keeps `value` within `limit` and its negative. */
function within(value: number, limit: number): number {
  if (value > limit) return limit
  return Math.max(value, -limit)
}

/**
 * One sub-band's adaptive state: the scale factor of its quantiser and its predictor of two poles and six zeros
 * (blocks 3 and 4 of the Recommendation). Encoder and decoder feed it the same codes, so the two stay in step.
 */
export class Band {
  /** What the next sample is predicted to be. */
  prediction = 0
  /** The quantiser's scale factor (DETL, DETH). */
  scale: number
  private readonly state = new Int32Array(STATE_SIZE)
  private readonly steps: Int16Array
  private readonly highestLogScale: number
  private readonly shift: number

  constructor(band: 'low' | 'high') {
    const low = band === 'low'
    this.scale = low ? 32 : 8
    this.steps = low ? LOW_STEPS : HIGH_STEPS
    this.highestLogScale = low ? 18432 : 22528
    this.shift = low ? 8 : 10
  }

  /**
   * Takes the next code in.
   * @param code the 4-bit code of the low band or the 2-bit code of the high band
   * @param difference the code's dequantised value at the scale it was coded with
   */
  adapt(code: number, difference: number): void {
    const { state } = this
    this.adaptScale(code)
    const reconstructed = clip(this.prediction + difference)
    const partial = clip(state[ZERO_PART] + difference)
    this.adaptPoles(partial)
    state[PARTIAL2] = state[PARTIAL1]
    state[PARTIAL1] = partial
    state[RECONSTRUCTED2] = state[RECONSTRUCTED1]
    state[RECONSTRUCTED1] = reconstructed
    const zeroPart = this.adaptZeros(difference)
    state[ZERO_PART] = zeroPart
    const poles = clip(
      (imul(state[POLE1], clip(reconstructed << 1)) >> 15) +
        (imul(state[POLE2], clip(state[RECONSTRUCTED2] << 1)) >> 15),
    )
    this.prediction = clip(poles + zeroPart)
  }

  /** Blocks LOGSCL and SCALEL, LOGSCH and SCALEH. */
  private adaptScale(code: number): void {
    const next = (imul(this.state[LOG_SCALE], 127) >> 7) + this.steps[code]
    const logScale = Math.min(Math.max(next, 0), this.highestLogScale)
    this.state[LOG_SCALE] = logScale
    const mantissa = ILB[(logScale >> 6) & 31]
    const down = this.shift - (logScale >> 11)
    this.scale = (down < 0 ? mantissa << -down : mantissa >> down) << 2
  }

  /** Blocks UPPOL2 and UPPOL1, with their stability limits. */
  private adaptPoles(partial: number): void {
    const { state } = this
    const same1 = (partial ^ state[PARTIAL1]) >= 0
    const same2 = (partial ^ state[PARTIAL2]) >= 0
    const fed = clip(state[POLE1] << 2)
    const signed = same1 ? -fed : fed
    let pole2 = (Math.min(signed, 32767) >> 7) + (same2 ? 128 : -128)
    pole2 += imul(state[POLE2], 32512) >> 15
    pole2 = within(pole2, 12288)
    const pole1 = (same1 ? 192 : -192) + (imul(state[POLE1], 32640) >> 15)
    state[POLE1] = within(pole1, 15360 - pole2)
    state[POLE2] = pole2
  }

  /** Blocks UPZERO and FILTEZ in one walk along the delay line, which moves on meanwhile. Returns the zeros' part. */
  private adaptZeros(difference: number): number {
    const { state } = this
    const step = difference === 0 ? 0 : 128
    let sum = 0
    let entering = difference
    for (let i = 0; i < 6; i++) {
      const leaving = state[DIFFERENCES + i]
      const zero = ((leaving ^ difference) >= 0 ? step : -step) + (imul(state[ZEROS + i], 32640) >> 15)
      state[ZEROS + i] = zero
      state[DIFFERENCES + i] = entering
      sum += imul(zero, clip(entering << 1)) >> 15
      entering = leaving
    }
    return clip(sum)
  }
}
