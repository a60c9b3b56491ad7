/** Quantiser and scale tables of ITU-T G.722 at 64 kbit/s, by the names the Recommendation gives them. */

/** 6-bit inverse quantiser of the low band (Table 14), what the listener hears. */
export const QM6 = Int16Array.of(
  ...[-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360],
  ...[-8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688],
  ...[-1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856],
  ...[7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136],
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

const saturate = (value: number): number => (value > 32767 ? 32767 : value < -32768 ? -32768 : value)

/**
 * One sub-band's adaptive state: the scale factor of its quantiser and its predictor of two poles and six zeros
 * (blocks 3 and 4 of the Recommendation). Encoder and decoder feed it the same codes, so the two stay in step.
 */
export class Band {
  /** What the next sample is predicted to be. */
  prediction = 0
  /** The quantiser's scale factor (DETL, DETH). */
  scale: number
  private logScale = 0
  private zeroPart = 0
  private pole1 = 0
  private pole2 = 0
  private readonly zeros = new Int32Array(6)
  private readonly differences = new Int32Array(6)
  private reconstructed1 = 0
  private reconstructed2 = 0
  private partial1 = 0
  private partial2 = 0
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
    this.adaptScale(code)
    const reconstructed = saturate(this.prediction + difference)
    const partial = saturate(this.zeroPart + difference)
    this.adaptPoles(partial)
    this.adaptZeros(difference)
    this.partial2 = this.partial1
    this.partial1 = partial
    this.reconstructed2 = this.reconstructed1
    this.reconstructed1 = reconstructed
    this.predict()
  }

  /** Blocks LOGSCL and SCALEL, LOGSCH and SCALEH. */
  private adaptScale(code: number): void {
    const next = ((this.logScale * 127) >> 7) + this.steps[code]
    this.logScale = next < 0 ? 0 : next > this.highestLogScale ? this.highestLogScale : next
    const mantissa = ILB[(this.logScale >> 6) & 31]
    const down = this.shift - (this.logScale >> 11)
    this.scale = (down < 0 ? mantissa << -down : mantissa >> down) << 2
  }

  /** Blocks UPPOL2 and UPPOL1, with their stability limits. */
  private adaptPoles(partial: number): void {
    const same1 = partial < 0 === this.partial1 < 0
    const same2 = partial < 0 === this.partial2 < 0
    const fed = saturate(this.pole1 * 4)
    let pole2 = (Math.min(same1 ? -fed : fed, 32767) >> 7) + (same2 ? 128 : -128)
    pole2 += (this.pole2 * 32512) >> 15
    pole2 = pole2 > 12288 ? 12288 : pole2 < -12288 ? -12288 : pole2
    const pole1 = saturate((same1 ? 192 : -192) + ((this.pole1 * 32640) >> 15))
    const limit = saturate(15360 - pole2)
    this.pole1 = pole1 > limit ? limit : pole1 < -limit ? -limit : pole1
    this.pole2 = pole2
  }

  /** Block UPZERO, then the delay line moves on. */
  private adaptZeros(difference: number): void {
    const { zeros, differences } = this
    const step = difference === 0 ? 0 : 128
    for (let i = 5; i >= 0; i--) {
      const same = differences[i] < 0 === difference < 0
      zeros[i] = saturate((same ? step : -step) + ((zeros[i] * 32640) >> 15))
      differences[i] = i === 0 ? difference : differences[i - 1]
    }
  }

  /** Blocks FILTEP, FILTEZ and PREDIC. */
  private predict(): void {
    const { zeros, differences } = this
    const poles = saturate(
      ((this.pole1 * saturate(this.reconstructed1 * 2)) >> 15) +
        ((this.pole2 * saturate(this.reconstructed2 * 2)) >> 15),
    )
    let sum = 0
    for (let i = 0; i < 6; i++) sum += (zeros[i] * saturate(differences[i] * 2)) >> 15
    this.zeroPart = saturate(sum)
    this.prediction = saturate(poles + this.zeroPart)
  }
}
