import { resample } from '../../../src/audio/index.js'
import { correlate } from './correlate.js'
import type { Pcm } from './speech.js'

/** Where a piece of audio was found in a recording, in ms of the recording. */
export interface Place {
  readonly startMs: number
  readonly endMs: number
  /** Normalised correlation: 1 for the very same samples, above 0.8 after a telephone codec, under 0.4 for others. */
  readonly match: number
}

/** Hz at which both are compared: most of a voice's energy is below 2 kHz. */
const compareHz = 4_000

/** A piece of speech without the silence around it. */
export function trimmed(pcm: Pcm): Pcm {
  const sound = soundIn(pcm)
  return sound ? slice(pcm, sound.fromMs, sound.toMs) : slice(pcm, 0, 0)
}

/** Finds the best match of `part` in `whole`, by their waveforms. */
export function locate(part: Pcm, whole: Pcm, fromMs = 0): Place {
  return bestMatch(atCompareRate(part), atCompareRate(whole), Math.round((fromMs * compareHz) / 1000))
}

function bestMatch(needle: Float64Array, hay: Float64Array, first = 0): Place {
  const dots = correlate(needle, hay.subarray(first))
  const energy = energyOf(needle)
  let window = energyOf(hay.subarray(first, first + needle.length))
  let best = 0
  let bestAt = 0
  dots.forEach((dot, i) => {
    const at = first + i
    const match = window > energy / 10_000 ? dot / Math.sqrt(energy * window) : 0
    if (match > best) {
      best = match
      bestAt = at
    }
    window += (hay[at + needle.length] ?? 0) ** 2 - hay[at]! ** 2
  })
  return {
    startMs: (bestAt * 1000) / compareHz,
    endMs: ((bestAt + needle.length) * 1000) / compareHz,
    match: best,
  }
}

function energyOf(samples: Float64Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0)
}

/** Whether a sentence is heard in a recording: a third of it does, since a busy machine's phones lose packets. */
export function heardIn(part: Pcm, whole: Pcm): boolean {
  const sentence = trimmed(part)
  const hay = atCompareRate(whole)
  const third = ((sentence.samples.length / sentence.sampleRate) * 1000) / 3
  return [0, 1, 2].some(
    (i) => bestMatch(atCompareRate(slice(sentence, i * third, (i + 1) * third)), hay).match > 0.75,
  )
}

/** A stretch of audio. */
export function slice({ sampleRate, samples }: Pcm, fromMs: number, toMs = Number.POSITIVE_INFINITY): Pcm {
  const index = (ms: number) => Math.min(samples.length, Math.round((ms * sampleRate) / 1000))
  return { sampleRate, samples: samples.subarray(index(fromMs), index(toMs)) }
}

/** The sound in a recording, without the silence around it: in ms of the recording; undefined when there is none. */
export function soundIn(
  { sampleRate, samples }: Pcm,
  threshold = 200,
): { fromMs: number; toMs: number } | undefined {
  const loud = (sample: number) => Math.abs(sample) > threshold
  const first = samples.findIndex(loud)
  if (first < 0) return undefined
  return { fromMs: (first * 1000) / sampleRate, toMs: (samples.findLastIndex(loud) * 1000) / sampleRate }
}

function atCompareRate({ sampleRate, samples }: Pcm): Float64Array {
  const narrow = sampleRate === 8_000 ? samples : resample(samples, sampleRate, 8_000)
  return Float64Array.from(
    { length: narrow.length >> 1 },
    (_, i) => (narrow[2 * i]! + narrow[2 * i + 1]!) / 2,
  )
}
