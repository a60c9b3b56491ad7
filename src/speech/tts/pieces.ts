/** A stretch of a request's text that is synthesised on its own. */
export interface Piece {
  readonly text: string
  /** Where it begins in the request, in UTF-16 units. */
  readonly start: number
  /** Silence that belongs after it, in ms. */
  readonly pauseMs: number
}

/** Longer sentences are cut at a comma or, failing that, a space: no chunk waits long for its first audio. */
const mostCharacters = 240
const pausesMs = { paragraph: 400, sentence: 180, clause: 90, none: 20 }

const sentenceEnd = /[.!?…。！？]+["'”’)\]]*(?=\s|$)|[。！？]|\n\s*\n/gu
const notAnEnd = /(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|e\.g|i\.e|approx|\p{Lu})\.$/u

/**
 * Cuts text into sentences, so that the first is heard while the next is synthesised. Nothing is lost: pieces carry
 * their offsets, and the pause that their end asks for.
 */
export function cutPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length
    if (notAnEnd.test(text.slice(start, end))) continue
    addPiece(pieces, text, start, end)
    start = end
  }
  addPiece(pieces, text, start, text.length)
  return pieces
}

function addPiece(pieces: Piece[], text: string, from: number, to: number): void {
  let start = from
  while (to - start > mostCharacters) {
    const window = text.slice(start, start + mostCharacters)
    const comma = Math.max(...[', ', '; ', ': ', '、', '，'].map((mark) => window.lastIndexOf(mark)))
    const cut = comma > mostCharacters / 3 ? comma + 1 : window.lastIndexOf(' ') + 1 || mostCharacters
    push(pieces, text, start, start + cut)
    start += cut
  }
  push(pieces, text, start, to)
}

function push(pieces: Piece[], text: string, from: number, to: number): void {
  const raw = text.slice(from, to)
  const trimmed = raw.trim()
  if (trimmed === '') return
  const start = from + raw.length - raw.trimStart().length
  pieces.push({ text: trimmed, start, pauseMs: pauseAfter(trimmed, raw) })
}

function pauseAfter(trimmed: string, raw: string): number {
  if (/\n\s*\n\s*$/.test(raw)) return pausesMs.paragraph
  if (/[.!?…。！？]["'”’)\]]*$/u.test(trimmed)) return pausesMs.sentence
  if (/[,;:、，—–-]$/u.test(trimmed)) return pausesMs.clause
  return pausesMs.none
}
