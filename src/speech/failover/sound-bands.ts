import { resample } from '../../audio/index.js'

/** Hz that sound is looked at: a telephone's band. */
const RATE = 8_000
/** Samples of a window, of 32 ms, and of the step to the next. */
const WINDOW = 256
const STEP = 80
/** ms from one frame of bands to the next. */
export const BAND_STEP_MS = (STEP * 1000) / RATE

/** Edges of the bands in Hz, as far apart as the ear tells them. */
const EDGES = [200, 400, 600, 850, 1150, 1500, 1900, 2400, 3000, 3800]
export const BANDS = EDGES.length - 1
/** Frames that are worked out before others may use the thread: about 2 ms. */
const FRAMES_AT_ONCE = 150
/** Energy that counts as silence, so that its own ups and downs do not. */
const FLOOR = 250_000

/**
 * How loud speech is in some bands, frame by frame, each as the logarithm against the band's mean: what two voices that
 * say the same have in common. `BANDS` values a frame, a frame each `BAND_STEP_MS`.
 */
export async function soundBands(pcm: Int16Array, sampleRate: number): Promise<Float32Array> {
  const narrow = sampleRate === RATE ? pcm : resample(pcm, sampleRate, RATE)
  const frames = Math.max(0, Math.floor((narrow.length - WINDOW) / STEP) + 1)
  const bands = new Float32Array(frames * BANDS)
  const re = new Float64Array(WINDOW)
  const im = new Float64Array(WINDOW)
  for (let frame = 0; frame < frames; frame++) {
    if (frame > 0 && frame % FRAMES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
    for (let i = 0; i < WINDOW; i++) re[i] = narrow[frame * STEP + i]! * hann[i]!
    im.fill(0)
    transform(re, im)
    for (let band = 0; band < BANDS; band++) {
      bands[frame * BANDS + band] = Math.log(FLOOR + energy(re, im, EDGES[band]!, EDGES[band + 1]!))
    }
  }
  centre(bands, frames)
  return bands
}

const hann = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW))
const cosines = Float64Array.from({ length: WINDOW / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / WINDOW))
const sines = Float64Array.from({ length: WINDOW / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / WINDOW))

function energy(re: Float64Array, im: Float64Array, fromHz: number, toHz: number): number {
  let sum = 0
  const end = Math.round((toHz * WINDOW) / RATE)
  for (let k = Math.round((fromHz * WINDOW) / RATE); k < end; k++) sum += re[k]! ** 2 + im[k]! ** 2
  return sum
}

/** Fast Fourier transform in place (Cooley and Tukey, radix 2). */
function transform(re: Float64Array, im: Float64Array): void {
  for (let i = 1, j = 0; i < WINDOW; i++) {
    let bit = WINDOW >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      const swapped = re[i]!
      re[i] = re[j]!
      re[j] = swapped
    }
  }
  for (let size = 2; size <= WINDOW; size <<= 1) {
    const half = size >> 1
    for (let start = 0; start < WINDOW; start += size) {
      for (let k = 0; k < half; k++) {
        const [a, b, turn] = [start + k, start + k + half, (k * WINDOW) / size]
        const x = re[b]! * cosines[turn]! - im[b]! * sines[turn]!
        const y = re[b]! * sines[turn]! + im[b]! * cosines[turn]!
        re[b] = re[a]! - x
        im[b] = im[a]! - y
        re[a] = re[a]! + x
        im[a] = im[a]! + y
      }
    }
  }
}

/** Takes each band's mean away: it is the voice's and the line's, not the words'. */
function centre(bands: Float32Array, frames: number): void {
  for (let band = 0; band < BANDS; band++) {
    let sum = 0
    for (let frame = 0; frame < frames; frame++) sum += bands[frame * BANDS + band]!
    for (let frame = 0; frame < frames; frame++) bands[frame * BANDS + band]! -= sum / frames
  }
}
