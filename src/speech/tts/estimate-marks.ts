import type { WordMark } from '../engine.js'
import { type Sounding, soundings } from './silence.js'

interface Word {
  readonly start: number
  readonly end: number
  /** Relative length. */
  readonly weight: number
  /** Punctuation after it asks for a pause. */
  readonly pause: boolean
}

/** Pauses inside speech are longer than the closure of a stop consonant. */
const pauseMs = 70

/**
 * Estimates when each word is heard, for engines that do not tell: pauses in the audio are matched with punctuation,
 * and between them words take time by their length.
 * @param text what was spoken; offsets of the marks count from its start
 * @param startMs added to all times
 */
export function estimateMarks(text: string, pcm: Int16Array, sampleRate: number, startMs = 0): WordMark[] {
  const words = findWords(text)
  const sounds = soundings(pcm, sampleRate, pauseMs)
  const phrases = groupByPause(words)
  const spans = phrases.length === 1 ? whole(sounds) : joinShortestGaps(sounds, phrases.length)
  if (words.length === 0 || spans.length === 0) return []
  const groups = spans.length === phrases.length ? phrases : [words]
  const places = spans.length === phrases.length ? spans : whole(sounds)
  const msPerSample = 1000 / sampleRate
  return groups.flatMap((group, i) => {
    const { start, end } = places[i]
    const total = group.reduce((sum, word) => sum + word.weight, 0)
    let at = start
    return group.map((word) => {
      const until = at + ((end - start) * word.weight) / total
      const mark = {
        textStart: word.start,
        textEnd: word.end,
        startMs: startMs + at * msPerSample,
        endMs: startMs + until * msPerSample,
      }
      at = until
      return mark
    })
  })
}

function findWords(text: string): Word[] {
  return [...text.matchAll(/\S+/gu)]
    .filter(([word]) => /[\p{L}\p{N}\p{Sc}%&+@]/u.test(word))
    .map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      weight: spokenLength(match[0]),
      pause: /[.,;:!?…—]["'”’)\]]*$/u.test(match[0]),
    }))
}

/** About the number of phones: digits are words of their own, ideographs are syllables. */
function spokenLength(word: string): number {
  let length = 1
  for (const character of word) {
    if (/\p{N}/u.test(character)) length += 3.5
    else if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(character))
      length += 3
    else if (/\p{L}/u.test(character)) length += 1
    else if (/[\p{Sc}%&+@]/u.test(character)) length += 5
  }
  return length
}

function groupByPause(words: readonly Word[]): Word[][] {
  const groups: Word[][] = [[]]
  for (const [i, word] of words.entries()) {
    groups.at(-1)!.push(word)
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
