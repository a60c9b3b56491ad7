import { beforeNumbers, ordinalStopLanguages, perhapsLast, titles } from './abbreviations.js'

/** Full stops of scripts without spaces between words, and danda: they end a sentence wherever they stand. */
const FULL_STOPS = '。！？।॥።။។؟'
/** End a sentence where a space follows. */
const STOPS = '.!?…:'
const CLOSING = '"\'”’»)]}」』）'
/** Clause marks of scripts without spaces. */
const WIDE_CLAUSE_MARKS = '，、；：'
const CLAUSE_MARKS = ',;،؛'
const DASHES = '—–'
/** A colon behind these belongs to an address. */
const SCHEME = /(^|[^\p{L}])(https?|wss?|ftp|mailto|tel|sips?)$/iu

/** What stands at a place of the text: the end of a chunk, nothing, or something the next characters decide. */
export type Verdict = { readonly end: number } | 'none' | 'undecided'

const none = 'none'
const undecided = 'undecided'

export interface Place {
  readonly text: string
  /** Where the chunk in question begins. */
  readonly start: number
  /** Index of the character asked about. */
  readonly at: number
  /** Where the latest token begins: what arrived as one piece is not continued in the middle of a word. */
  readonly tokenStart: number
  readonly language: string
}

/**
 * Whether a sentence ends at `place.at`. As recorded on real calls, a colon separates like a full stop, and the space
 * that follows belongs to the next chunk.
 */
export function sentenceEnd(place: Place): Verdict {
  const { text, start, at } = place
  const mark = text[at]!
  if (mark === '\n') return hasWords(text, start, at) ? { end: at } : none
  if (FULL_STOPS.includes(mark)) return { end: behindClosing(text, at + 1) }
  if (!STOPS.includes(mark)) return none
  if (at > start && STOPS.includes(text[at - 1]!)) return none
  let runEnd = at + 1
  while (runEnd < text.length && STOPS.includes(text[runEnd]!)) runEnd++
  const end = behindClosing(text, runEnd)
  if (!hasWords(text, start, at)) return none
  if (end === text.length) return endsHere(place, runEnd) ? { end } : undecided
  if (!/[\s<]/.test(text[end]!)) return none
  if (mark === ':') return SCHEME.test(text.slice(start, at)) ? none : { end }
  if (mark !== '.' || runEnd > at + 1) return { end }
  const next = /\S/.exec(text.slice(end))?.[0]
  return endsSentence(place, next, end)
}

/** Whether a clause ends at `place.at`; one space behind the mark belongs to it, as recorded on real calls. */
export function clauseEnd({ text, start, at }: Place): Verdict {
  const mark = text[at]!
  const wide = WIDE_CLAUSE_MARKS.includes(mark)
  const dash = DASHES.includes(mark)
  if (!wide && !dash && !CLAUSE_MARKS.includes(mark)) return none
  if (!hasWords(text, start, at)) return none
  if (wide) return { end: at + 1 }
  const next = text[at + 1]
  if (next === undefined) return undecided
  if (/\s/.test(next)) return { end: at + 2 }
  return dash && /\p{L}/u.test(next) && /\p{L}/u.test(text[at - 1] ?? '') ? { end: at + 1 } : none
}

/** A full stop with a space behind it. */
function endsSentence({ text, start, at, language }: Place, next: string | undefined, end: number): Verdict {
  const word = lastWord(text, start, at)
  const lower = word.toLowerCase()
  const capital = next !== undefined && /[\p{Lu}\p{Lo}"“'¿¡(<]/u.test(next)
  if (titles.has(lower)) return none
  if (perhapsLast.has(lower)) return next === undefined ? undecided : capital ? { end } : none
  if (beforeNumbers.has(lower)) return next === undefined ? undecided : /\d/.test(next) ? none : { end }
  if (/^\p{L}$/u.test(word) && word !== 'I') return none
  if (/^(\p{L}\.)+\p{L}$/u.test(word)) return none
  if (/^\d+$/.test(word)) {
    const listItem = text.slice(start, at).trim() === word
    const ordinal = word.length <= 2 && ordinalStopLanguages.has(language.split('-')[0]!.toLowerCase())
    return listItem || ordinal ? none : { end }
  }
  return { end }
}

/**
 * Whether the text may be cut at its very end, before it is known what follows. A token that brings a whole word with
 * its mark (" it.") comes from an app that streams words; a mark alone may go on ("example" "." "com").
 */
function endsHere({ text, start, at, tokenStart }: Place, runEnd: number): boolean {
  const word = lastWord(text, start, at)
  const mark = text[at]
  if (mark === '!' || mark === '?') return !/[/@]|www\./i.test(word)
  if (at - tokenStart < 2 || !/^[\p{L}'’-]{2,}$/u.test(word)) return false
  if (mark === ':') return !SCHEME.test(word)
  const lower = word.toLowerCase()
  return runEnd === at + 1 && !titles.has(lower) && !perhapsLast.has(lower) && !beforeNumbers.has(lower)
}

/** The word that ends at `at`, without what opens a quotation or a bracket before it. */
function lastWord(text: string, start: number, at: number): string {
  let from = at
  while (from > start && !/[\s>]/.test(text[from - 1]!)) from--
  return text.slice(from, at).replace(/^["'“‘«([{¿¡]+/, '')
}

function behindClosing(text: string, at: number): number {
  let end = at
  while (end < text.length && CLOSING.includes(text[end]!)) end++
  return end
}

function hasWords(text: string, start: number, end: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.slice(start, end))
}
