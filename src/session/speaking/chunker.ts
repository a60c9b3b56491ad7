import { clauseEnd, type Place, sentenceEnd } from './boundaries.js'
import { tagAt } from './markup.js'

/** Shortest first clause worth speaking on its own, in UTF-16 units, as all of these. */
const CLAUSE_CHARS = 8
/** Longest the first chunk may grow without any mark before it is cut at a space. */
const FIRST_CHARS = 100
/** The same for later chunks. */
const MOST_CHARS = 300
/** The same for text inside an SSML element, which is otherwise never cut. */
const MARKUP_CHARS = 3000

/**
 * Cuts a talk cycle's tokens into speakable chunks: the first clause as soon as it is there, then sentences. Nothing is
 * added, changed or lost: the chunks joined are the tokens joined. Pure; waiting is the caller's part.
 */
export class Chunker {
  private text = ''
  /** The early clauses are over: one ended, or a sentence did. */
  private any = false

  /** @param language BCP-47 tag; some write ordinals with a full stop */
  constructor(private readonly language: string) {}

  /** What has not become a chunk yet. */
  get pending(): string {
    return this.text
  }

  /** Whether the pending text looks whole, so that it only waits for a possible rest. */
  get looksWhole(): boolean {
    return /[.!?…:。！？।؟]["'”’»)\]]*\s*$/u.test(this.text)
  }

  /**
   * Takes a token, as it came.
   * @param last no more will come: a short sentence is then left in one piece
   * @returns the chunks that became whole
   */
  push(token: string, last = false): string[] {
    const tokenStart = this.text.length
    this.text += token
    const chunks: string[] = []
    let start = 0
    for (;;) {
      const end = this.nextEnd(start, tokenStart, last)
      if (end === undefined || end <= start) break
      const chunk = this.text.slice(start, end)
      chunks.push(chunk)
      start = end
      // On recorded calls the clause after "I heard:" was spoken early too.
      this.any ||= !chunk.trimEnd().endsWith(':')
    }
    this.text = this.text.slice(start)
    return last ? [...chunks, ...this.flush()] : chunks
  }

  /** The rest, as it stands. */
  flush(): string[] {
    const rest = this.text
    this.text = ''
    if (rest === '') return []
    this.any = true
    return [rest]
  }

  /** End of the next chunk, if there is one yet. */
  private nextEnd(start: number, tokenStart: number, last: boolean): number | undefined {
    const { text, language } = this
    let depth = 0
    let clause: number | undefined
    let space: number | undefined
    // One for all characters: replies come in many tokens, and each looks at the pending text anew.
    const place = { text, start, at: start, tokenStart, language }
    for (let at = start; at < text.length; at++) {
      if (text[at] === '<') {
        const tag = tagAt(text, at)
        if (tag === 'begun') break
        if (tag) {
          depth = Math.max(0, depth + tag.nesting)
          if (depth === 0 && tag.endsSentence) return tag.end
          at = tag.end - 1
          continue
        }
      }
      const long = at - start >= (depth > 0 ? MARKUP_CHARS : this.longest(last))
      if (long && space !== undefined) return clause ?? space
      if (long && at - start >= MOST_CHARS) return withinSurrogates(text, at)
      if (/\s/.test(text[at]!)) space = at > start ? at : space
      if (depth > 0) continue
      place.at = at
      const sentence = sentenceEnd(place)
      if (sentence === 'undecided') break
      if (sentence !== 'none' && this.worthwhile(start, sentence.end, text[at]!)) return sentence.end
      if (clause === undefined && !this.any && !last) clause = this.clause(place)
    }
    return clause
  }

  private clause(place: Place): number | undefined {
    const found = clauseEnd(place)
    if (typeof found === 'string') return undefined
    return found.end - place.start >= CLAUSE_CHARS ? found.end : undefined
  }

  /** A lone "A:" is not worth a breath of its own. */
  private worthwhile(start: number, end: number, mark: string): boolean {
    return mark !== ':' || end - start >= CLAUSE_CHARS
  }

  private longest(last: boolean): number {
    return this.any || last ? MOST_CHARS : FIRST_CHARS
  }
}

/** Moves a cut that would part the halves of one character. */
function withinSurrogates(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
