import type { WordMark } from '../engine.js'

/** A word as a vendor says when it is heard, in ms from the start of the request's audio. */
export interface TimedWord {
  readonly word: string
  readonly startMs: number
  readonly endMs: number
}

/** How far ahead a word is looked for: a vendor that reads "5" as "five" must not lose the rest. */
const MOST_AHEAD = 60

/** Finds where in a request's text the words lie that a vendor gives the times of, one after the other. */
export class WordFinder {
  private readonly text: string
  private cursor = 0

  /** @param text of the request; of SSML the tags count as spaces */
  constructor(text: string, ssml: boolean) {
    const plain = ssml ? text.replace(/<[^>]*>/g, (tag) => ' '.repeat(tag.length)) : text
    this.text = plain.toLowerCase()
  }

  /** @returns undefined for what is not in the text: punctuation alone, or a word the vendor made of something else */
  mark({ word, startMs, endMs }: TimedWord): WordMark | undefined {
    const sought = word.toLowerCase().replace(/^[^\p{L}\p{N}\p{Sc}]+|[^\p{L}\p{N}\p{Sc}]+$/gu, '')
    if (sought === '') return undefined
    const textStart = this.text.indexOf(sought, this.cursor)
    // Tags are spaces here, and no distance.
    const between = this.text.slice(this.cursor, textStart).replace(/\s+/g, ' ')
    if (textStart < 0 || between.length > MOST_AHEAD + sought.length) return undefined
    // Punctuation behind a word is heard with it.
    const tail = /^[^\s\p{L}\p{N}]*/u.exec(this.text.slice(textStart + sought.length))?.[0] ?? ''
    const textEnd = textStart + sought.length + tail.length
    this.cursor = textEnd
    return { textStart, textEnd, startMs, endMs }
  }

  marks(words: readonly TimedWord[]): WordMark[] {
    return words.flatMap((word) => this.mark(word) ?? [])
  }
}

/** Words with times that a vendor gives as three lists, in seconds. */
export function timedWords(
  words: readonly unknown[],
  starts: readonly unknown[],
  ends: readonly unknown[],
): TimedWord[] {
  return words.flatMap((word, i) => {
    const startMs = Number(starts[i]) * 1000
    const endMs = Number(ends[i]) * 1000
    return typeof word === 'string' && Number.isFinite(startMs) && Number.isFinite(endMs)
      ? [{ word, startMs, endMs }]
      : []
  })
}
