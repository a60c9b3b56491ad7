/**
 * The dot product of `needle` with the stretch of `hay` that begins at each sample, as long as it fits, by fast Fourier
 * transforms of pieces (overlap-save): a sentence in a call of a minute would take seconds without.
 */
export function correlate(needle: Float64Array, hay: Float64Array): Float64Array {
  const places = hay.length - needle.length + 1
  if (needle.length === 0 || places < 1) return new Float64Array(0)
  // Long pieces waste the least on their seams; one that holds all of the hay has none.
  const size = 2 ** Math.ceil(Math.log2(Math.min(4 * needle.length, hay.length)))
  const transform = transforms.get(size) ?? fourier(size)
  transforms.set(size, transform)
  const wanted = transform(needle)
  const dots = new Float64Array(places)
  const step = size - needle.length + 1
  for (let from = 0; from < places; from += step) {
    const { re, im } = transform(hay.subarray(from, from + size))
    for (let i = 0; i < size; i++) {
      const [a, b, c, d] = [re[i]!, im[i]!, wanted.re[i]!, -wanted.im[i]!]
      re[i] = a * c - b * d
      // Conjugate, so that the transform goes back.
      im[i] = -(a * d + b * c)
    }
    const back = transform(re, im)
    for (let i = 0; i < step && from + i < places; i++) dots[from + i] = back.re[i]! / size
  }
  return dots
}

interface Spectrum {
  readonly re: Float64Array
  readonly im: Float64Array
}

type Transform = (re: Float64Array, im?: Float64Array) => Spectrum

/** By their size: sines and cosines take as long as the transform itself. */
const transforms = new Map<number, Transform>()

/** The transform of up to `size` samples, a power of two; what is missing is 0. */
function fourier(size: number): Transform {
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
  const sin = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
  const bits = Math.log2(size)
  const reversed = new Uint32Array(size)
  for (let i = 1; i < size; i++) reversed[i] = (reversed[i >> 1]! >> 1) | ((i & 1) << (bits - 1))

  return (fromRe, fromIm) => {
    const [re, im] = [new Float64Array(size), new Float64Array(size)]
    for (let i = 0; i < size; i++) {
      re[reversed[i]!] = fromRe[i] ?? 0
      im[reversed[i]!] = fromIm?.[i] ?? 0
    }
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half)
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const [low, high] = [start + k, start + k + half]
          const [c, s] = [cos[k * stride]!, sin[k * stride]!]
          const turnedRe = re[high]! * c - im[high]! * s
          const turnedIm = re[high]! * s + im[high]! * c
          re[high] = re[low]! - turnedRe
          im[high] = im[low]! - turnedIm
          re[low] = re[low]! + turnedRe
          im[low] = im[low]! + turnedIm
        }
      }
    }
    return { re, im }
  }
}
