/** A low-pass filter cut into the phases a rational resampler needs. */
export interface Polyphase {
  /** Output rate over input rate, in lowest terms. */
  readonly up: number
  readonly down: number
  /** Taps of one phase; a multiple of 4. */
  readonly taps: number
  /** `up` phases of `taps` coefficients, each phase reversed so that it runs along the input. */
  readonly coefficients: Float64Array
}

/** Taps of a phase when the output is no slower than the input. */
const TAPS = 64
/** Kaiser's beta for 70 dB of stop-band attenuation. */
const BETA = 6.76
/** Middle of the transition band: it ends at the lower of the two Nyquist frequencies and is 13.5 % of it wide. */
const CUTOFF = 0.9325

const designed = new Map<string, Polyphase>()
const DESIGNS_KEPT = 32

/**
 * Designs the windowed-sinc filter between two rates. Its pass band reaches 0.86 of the lower Nyquist frequency, what
 * lies beyond that frequency is 70 dB down. A few designs are kept, since calls ask for the same ones again and again.
 */
export function designPolyphase(fromHz: number, toHz: number): Polyphase {
  const divisor = greatestCommonDivisor(fromHz, toHz)
  const up = toHz / divisor
  const down = fromHz / divisor
  const key = `${up}/${down}`
  const known = designed.get(key)
  if (known) return known
  const design = compute(up, down)
  if (designed.size >= DESIGNS_KEPT) designed.clear()
  designed.set(key, design)
  return design
}

function compute(up: number, down: number): Polyphase {
  const slowdown = Math.max(1, down / up)
  const taps = 4 * Math.ceil((TAPS / 4) * slowdown)
  const half = taps / 2
  const cutoff = CUTOFF / slowdown
  const coefficients = new Float64Array(up * taps)
  for (let phase = 0; phase < up; phase++) {
    const at = phase * taps
    const fraction = phase / up
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - half + 1 - fraction // in input samples, from the output's position
      const value = sinc(distance * cutoff) * kaiser(distance / half)
      coefficients[at + tap] = value
      sum += value
    }
    // Each phase passes a constant unchanged: otherwise the phases themselves would sound as a tone.
    for (let tap = 0; tap < taps; tap++) coefficients[at + tap] /= sum
  }
  return { up, down, taps, coefficients }
}

function sinc(x: number): number {
  return Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** Kaiser's window over -1…1. */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA)
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
