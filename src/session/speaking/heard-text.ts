import type { WordMark } from '../../speech/index.js'
import type { SpokenText } from './spoken-text.js'

/** What the caller had heard of the current chunk when it was cut. */
export interface HeardSpeech {
  readonly text: string
  readonly durationMs: number
}

export interface Playing {
  readonly chunk: string
  readonly spoken: SpokenText | undefined
  readonly marks: readonly WordMark[]
  /** Audio heard, in ms. */
  readonly playedMs: number
  /** Length of the whole audio in ms; undefined while it is still coming in. */
  readonly totalMs: number | undefined
}

/** An unmarked word is taken to have begun so long after the end of the word before it. */
const WORD_GAP_MS = 30
/** Speaking time of one unit of weight, where the length of the audio is not known yet: about 15 characters a second. */
const MS_PER_WEIGHT = 62

/**
 * The heard part of a chunk, trimmed. A word counts from its beginning, as recorded on real calls ("This" after 15 ms).
 * Exact where the engine gave word marks, otherwise estimated from the share of the audio that was heard.
 */
export function heardText(playing: Playing): string {
  const { chunk, spoken, marks, playedMs } = playing
  if (!spoken || playedMs <= 0) return ''
  const end =
    marks.length > 0
      ? spoken.sourceOfText(markedEnd(spoken.text, playing))
      : spoken.sourceOfPlain(estimatedEnd(spoken.plain, playing))
  return chunk.slice(0, end).trim()
}

function markedEnd(text: string, { marks, playedMs, totalMs }: Playing): number {
  let end = 0
  let latest: WordMark | undefined
  for (const mark of marks) {
    if (mark.startMs >= playedMs) break
    latest = mark
    end = Math.max(end, mark.textEnd)
  }
  if (latest === undefined) return 0
  const newest = marks[marks.length - 1]!
  if (latest !== newest) return end
  // The marks end here, because the next word is still on its way from the engine, or because this was the last.
  if (totalMs !== undefined) return playedMs >= newest.endMs ? text.length : end
  return playedMs > newest.endMs + WORD_GAP_MS ? nextWordEnd(text, end) : end
}

/** Words, and single characters of scripts that write no spaces. */
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu

function nextWordEnd(text: string, from: number): number {
  for (const match of text.matchAll(WORDS)) {
    if (match.index >= from && /[\p{L}\p{N}]/u.test(match[0])) return match.index + match[0].length
  }
  return text.length
}

function estimatedEnd(text: string, { playedMs, totalMs }: Playing): number {
  const words = [...text.matchAll(WORDS)].map((match) => ({
    end: match.index + match[0].length,
    weight: weigh(match[0]),
  }))
  const total = words.reduce((sum, { weight }) => sum + weight, 0)
  const heard = totalMs === undefined ? playedMs / MS_PER_WEIGHT : (playedMs / totalMs) * total
  let spokenSoFar = 0
  let end = 0
  for (const word of words) {
    if (spokenSoFar >= heard) break
    spokenSoFar += word.weight
    end = word.end
  }
  return end
}

/** Speaking time of a word relative to others: its characters, and the pause that its punctuation makes. */
function weigh(word: string): number {
  const wide = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word) ? 3 : 0
  const digits = (word.match(/\d/g)?.length ?? 0) * 3
  const pause = /[.!?…。！？]["'”’)]*$/u.test(word) ? 5 : /[,;:—–，、；：]$/u.test(word) ? 3 : 0
  return word.length + 1 + wide + digits + pause
}
