/**
 * Cross-correlates a short signal with every stretch of a longer one by way of the frequency domain (two transforms in
 * place of a multiplication for every pair of samples). Allocates at construction only.
 */
export class CrossCorrelation {
  private readonly size: number
  private readonly re: Float64Array
  private readonly im: Float64Array
  private readonly cos: Float64Array
  private readonly sin: Float64Array
  private readonly reversed: Uint16Array

  /** @param longest samples of the longer signal, at most 65536 */
  constructor(longest: number) {
    const bits = Math.ceil(Math.log2(longest))
    this.size = 2 ** bits
    this.re = new Float64Array(this.size)
    this.im = new Float64Array(this.size)
    this.cos = Float64Array.from({ length: this.size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / this.size))
    this.sin = Float64Array.from({ length: this.size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / this.size))
    this.reversed = new Uint16Array(this.size)
    for (let i = 1; i < this.size; i++) {
      this.reversed[i] = (this.reversed[i >> 1]! >> 1) | ((i & 1) << (bits - 1))
    }
  }

  /**
   * @returns at each index `i` up to `long.length - short.length` the sum of `short[j] * long[i + j]`; what follows is of
   *   no use. Valid until the next call
   */
  of(short: Float32Array, long: Float32Array): Float64Array {
    const { size, re, im } = this
    // Both signals are real: one transform does for the two, one as real, one as imaginary part.
    re.fill(0)
    im.fill(0)
    re.set(long)
    im.set(short)
    this.transform()
    multiply(re, im, size)
    // The inverse transform of a conjugate is the forward one, and the correlation is real.
    this.transform()
    return re
  }

  /** Forward transform in place: radix 2, decimation in time. */
  private transform(): void {
    const { size, re, im, cos, sin, reversed } = this
    for (let i = 0; i < size; i++) {
      const j = reversed[i]!
      if (j > i) {
        swap(re, i, j)
        swap(im, i, j)
      }
    }
    for (let half = 1, step = size >> 1; half < size; half <<= 1, step >>= 1) {
      for (let block = 0; block < size; block += 2 * half) {
        for (let k = 0, a = block, b = block + half; k < size >> 1; k += step, a++, b++) {
          const c = cos[k]!
          const s = sin[k]!
          const x = re[b]! * c + im[b]! * s
          const y = im[b]! * c - re[b]! * s
          re[b] = re[a]! - x
          im[b] = im[a]! - y
          re[a] = re[a]! + x
          im[a] = im[a]! + y
        }
      }
    }
  }
}

/**
 * Takes the transforms L and S of the two real signals apart (by their symmetry) and leaves L · conj(S), conjugated and
 * scaled: transformed forward once more, its real part is the correlation.
 */
function multiply(re: Float64Array, im: Float64Array, size: number): void {
  for (let k = 0; k <= size / 2; k++) {
    const n = (size - k) % size
    const longRe = (re[k]! + re[n]!) / 2
    const longIm = (im[k]! - im[n]!) / 2
    const shortRe = (im[k]! + im[n]!) / 2
    const shortIm = (re[n]! - re[k]!) / 2
    const x = (longRe * shortRe + longIm * shortIm) / size
    const y = (longIm * shortRe - longRe * shortIm) / size
    re[k] = re[n] = x
    im[k] = -y
    im[n] = y
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i]!
  values[i] = values[j]!
  values[j] = kept
}
