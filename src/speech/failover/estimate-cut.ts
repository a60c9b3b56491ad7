import { type Sounding, soundings } from '../tts/silence.js'
import { spokenLength } from '../tts/spoken-length.js'
import { findWords } from '../tts/words.js'
import type { Cut } from './spoken-progress.js'

/** Silences of this length part words; shorter ones are stop consonants. */
const GAP_MS = 90
/** A pause that punctuation makes. */
const PAUSE_MS = 180
/** The longer a silence, the farther from where it is expected, in words, may the punctuation lie that it belongs to. */
const REACH: readonly (readonly [leastMs: number, words: number])[] = [
  [220, 2],
  [150, 1],
  [GAP_MS, 0],
]

/**
 * Where speech without word marks can be cut: at its last silence that was not heard yet, behind the word that the speed
 * of the voice, and punctuation nearby, put there. Without such a silence at its end, behind the word expected there.
 */
export function estimateCut(
  text: string,
  pcm: Int16Array,
  sampleRate: number,
  heardMs: number,
  msPerUnit: number,
): Cut {
  const words = findWords(text)
  const endsMs: number[] = []
  let clock = 0
  for (const word of words) {
    clock += spokenLength(word.text) * msPerUnit
    endsMs.push(clock)
    if (word.pause) clock += PAUSE_MS
  }
  const totalMs = (pcm.length * 1000) / sampleRate
  const gap = lastGap(soundings(pcm, sampleRate, GAP_MS), sampleRate, heardMs, totalMs)
  if (!gap) {
    const spoken = endsMs.findLastIndex((end) => end <= totalMs)
    return { textEnd: words[spoken]?.end ?? 0, atMs: Math.max(heardMs, totalMs) }
  }
  const expected = nearest(endsMs, gap.startMs)
  const [, reach] = REACH.find(([leastMs]) => gap.endMs - gap.startMs >= leastMs) ?? [0, 0]
  const paused = nearbyPause(words, expected, reach)
  const atMs = Math.min(totalMs, Math.max(heardMs, gap.startMs + Math.min(60, gap.endMs - gap.startMs)))
  return { textEnd: words[paused ?? expected]?.end ?? 0, atMs }
}

/** The last silence that ends after what was heard; the one at the end of the audio counts. */
function lastGap(sounds: readonly Sounding[], sampleRate: number, heardMs: number, totalMs: number) {
  const ms = (samples: number) => (samples * 1000) / sampleRate
  for (let i = sounds.length - 1; i >= 0; i--) {
    const startMs = ms(sounds[i]!.end)
    const endMs = i + 1 < sounds.length ? ms(sounds[i + 1]!.start) : totalMs
    if (endMs < heardMs) return undefined
    if (endMs - startMs >= GAP_MS) return { startMs, endMs }
  }
  return undefined
}

function nearest(values: readonly number[], wanted: number): number {
  let best = 0
  for (let i = 1; i < values.length; i++) {
    if (Math.abs(values[i]! - wanted) < Math.abs(values[best]! - wanted)) best = i
  }
  return best
}

function nearbyPause(
  words: readonly { readonly pause: boolean }[],
  expected: number,
  reach: number,
): number | undefined {
  for (let away = 0; away <= reach; away++) {
    if (words[expected - away]?.pause) return expected - away
    if (words[expected + away]?.pause) return expected + away
  }
  return undefined
}
