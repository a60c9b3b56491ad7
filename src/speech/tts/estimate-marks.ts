import type { Span } from './align-phones.js'
import { type Sounding, soundings } from './silence.js'
import { spokenLength } from './spoken-length.js'
import type { SpokenWord } from './words.js'

/** Pauses inside speech are longer than the closure of a stop consonant. */
const pauseMs = 70

/**
 * Estimates when each word is heard, for engines that do not tell: pauses in the audio are matched with punctuation,
 * and between them words take time by their length.
 * @param weights relative lengths of the words; by their letters when absent
 * @returns a span for each word; none when there is no sound
 */
export function estimateSpans(
  words: readonly SpokenWord[],
  pcm: Int16Array,
  sampleRate: number,
  weights: readonly number[] = words.map(({ text }) => spokenLength(text)),
): Span[] {
  const sounds = soundings(pcm, sampleRate, pauseMs)
  if (words.length === 0 || sounds.length === 0) return []
  const phrases = groupByPause(words, weights)
  const matched = phrases.length === 1 ? whole(sounds) : joinShortestGaps(sounds, phrases.length)
  const fits = matched.length === phrases.length
  const msPerSample = 1000 / sampleRate
  return (fits ? phrases : [weights]).flatMap((phrase, i) => {
    const { start, end } = (fits ? matched : whole(sounds))[i]
    const total = phrase.reduce((sum, weight) => sum + weight, 0)
    let at = start
    return phrase.map((weight) => {
      const startMs = at * msPerSample
      at += ((end - start) * weight) / total
      return { startMs, endMs: at * msPerSample }
    })
  })
}

/** The weights of the words, phrase by phrase. */
function groupByPause(words: readonly SpokenWord[], weights: readonly number[]): number[][] {
  const groups: number[][] = [[]]
  for (const [i, word] of words.entries()) {
    groups.at(-1)!.push(weights[i])
    if (word.pause && i < words.length - 1) groups.push([])
  }
  return groups
}

function whole(sounds: readonly Sounding[]): Sounding[] {
  const last = sounds.at(-1)
  return last ? [{ start: sounds[0].start, end: last.end }] : []
}

/** Joins stretches of sound over their shortest gaps until `count` are left; fewer when there were fewer. */
function joinShortestGaps(sounds: readonly Sounding[], count: number): Sounding[] {
  const joined = sounds.map((sound) => ({ ...sound }))
  while (joined.length > count) {
    let shortest = 1
    for (let i = 2; i < joined.length; i++)
      if (gapBefore(joined, i) < gapBefore(joined, shortest)) shortest = i
    joined[shortest - 1].end = joined[shortest].end
    joined.splice(shortest, 1)
  }
  return joined
}

function gapBefore(sounds: readonly Sounding[], i: number): number {
  return sounds[i].start - sounds[i - 1].end
}
