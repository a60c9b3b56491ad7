/** A stretch of a request's text that is synthesised on its own. */
export interface Piece {
  readonly text: string
  /** Where it begins in the request, in UTF-16 units. */
  readonly start: number
  /** Silence that belongs after it, in ms. */
  readonly pauseMs: number
}

/** Longer sentences are cut at a comma or, failing that, a space. */
const mostCharacters = 240
/** The first piece is what the caller waits for: some six seconds of speech, made in 150 ms by the slowest voice. */
const mostAtFirst = 100
/** Silence after a piece. A blank line is a longer pause, which only comes when asked for (`stripSsml` makes them). */
const pausesMs = { blankLine: 400, sentence: 180, clause: 90, none: 20 }
const mostBlankLines = 25

const blankLines = String.raw`(?:[^\S\n]*\n){2,}`
const sentenceEnd = new RegExp(
  String.raw`(?:[.!?…]+["'”’)\]]*(?=\s|$)|[。！？]+["'”’)\]]*)(?:${blankLines})?|${blankLines}`,
  'gu',
)
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
  const most = () => (pieces.length === 0 ? mostAtFirst : mostCharacters)
  while (to - start > most()) {
    const window = text.slice(start, start + most())
    const comma = Math.max(...[', ', '; ', ': ', '、', '，'].map((mark) => window.lastIndexOf(mark)))
    const cut = comma > window.length / 3 ? comma + 1 : window.lastIndexOf(' ') + 1 || wholeCharacters(window)
    push(pieces, text, start, start + cut)
    start += cut
  }
  push(pieces, text, start, to)
}

/** A surrogate pair stays whole. */
function wholeCharacters(window: string): number {
  return /[\ud800-\udbff]$/.test(window) ? window.length - 1 : window.length
}

function push(pieces: Piece[], text: string, from: number, to: number): void {
  const raw = text.slice(from, to)
  const trimmed = raw.trim()
  if (trimmed === '') return
  const start = from + raw.length - raw.trimStart().length
  pieces.push({ text: trimmed, start, pauseMs: pauseAfter(trimmed, raw) })
}

function pauseAfter(trimmed: string, raw: string): number {
  const blankLines = Math.floor((/\s*$/.exec(raw)![0].match(/\n/g)?.length ?? 0) / 2)
  if (blankLines > 0) return pausesMs.blankLine * Math.min(mostBlankLines, blankLines)
  if (/[.!?…。！？]["'”’)\]]*$/u.test(trimmed)) return pausesMs.sentence
  if (/[,;:、，—–-]$/u.test(trimmed)) return pausesMs.clause
  return pausesMs.none
}
