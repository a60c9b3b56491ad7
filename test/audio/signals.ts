/** Signals to measure with, and the measures. */

/** A sine of `hz` at `rate` Hz with the given peak. */
export function sine(hz: number, rate: number, samples: number, peak = 10_000): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * i) / rate)),
  )
}

/** Reproducible noise, uniform within ±peak (mulberry32). */
export function noise(samples: number, peak: number, seed = 1): Int16Array {
  let state = seed
  return Int16Array.from({ length: samples }, () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.round((((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1) * peak)
  })
}

/** Something with the spectrum and the rhythm of voiced speech: harmonics of 120 Hz under a syllable's envelope. */
export function speechLike(rate: number, samples: number, peak = 8000): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) => {
    const t = i / rate
    let sum = 0
    for (let k = 1; k * 120 < Math.min(3300, rate / 2); k++)
      sum += Math.sin(2 * Math.PI * 120 * k * t + k * k) / k
    return Math.round((peak / 2.5) * sum * (0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t)))
  })
}

/** Peak of the `hz` component of `pcm`, by correlation under a Hann window. */
export function amplitude(pcm: Int16Array, hz: number, rate: number): number {
  let re = 0
  let im = 0
  let weight = 0
  for (let i = 0; i < pcm.length; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / pcm.length)
    re += window * pcm[i] * Math.cos((2 * Math.PI * hz * i) / rate)
    im += window * pcm[i] * Math.sin((2 * Math.PI * hz * i) / rate)
    weight += window
  }
  return (2 * Math.hypot(re, im)) / weight
}

export const db = (ratio: number): number => 20 * Math.log10(Math.max(ratio, 1e-9))

/** Signal-to-noise ratio in dB of `got` against `wanted`, at the delay (0 to `longestDelay` samples) that fits best. */
export function snr(wanted: Int16Array, got: Int16Array, longestDelay = 0): number {
  let best = -Infinity
  for (let delay = 0; delay <= longestDelay; delay++) {
    let signal = 0
    let error = 0
    for (let i = 0; i + delay < got.length && i < wanted.length; i++) {
      signal += wanted[i] ** 2
      error += (got[i + delay] - wanted[i]) ** 2
    }
    best = Math.max(best, 10 * Math.log10(signal / Math.max(error, 1e-9)))
  }
  return best
}

/** Runs PCM through `encode` and `decode` in frames of 20 ms. */
export function roundTrip(
  codec: {
    sampleRate: number
    encode(f: Int16Array, o: Uint8Array): number
    decode(p: Uint8Array, o: Int16Array): number
  },
  pcm: Int16Array,
): Int16Array {
  const samples = codec.sampleRate / 50
  const payload = new Uint8Array(400)
  const frame = new Int16Array(1920)
  const out = new Int16Array(Math.floor(pcm.length / samples) * samples)
  for (let at = 0; at + samples <= pcm.length; at += samples) {
    const bytes = codec.encode(pcm.subarray(at, at + samples), payload)
    const count = codec.decode(payload.subarray(0, bytes), frame)
    out.set(frame.subarray(0, count), at)
  }
  return out
}
