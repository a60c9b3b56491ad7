import type { InterruptMode } from '../../protocol/index.js'
import { Chunker } from './chunker.js'
import type { Chunk, CutRules } from './items.js'

/** A token with its rules and language settled. */
export interface Token extends CutRules {
  readonly text: string
  readonly last: boolean
  readonly language: string
}

/** The tokens of one reply on their way to chunks. */
export class TalkCycle {
  tokens = 0
  words = 0
  private withinWord = false
  private chunker: Chunker
  private rules: CutRules | undefined
  private chunked = 0

  /** @param number tells the session's cycles apart */
  constructor(
    readonly number: number,
    private language: string,
  ) {
    this.chunker = new Chunker(language)
  }

  /** Text that is no chunk yet. */
  get pending(): string {
    return this.chunker.pending
  }

  /** Whether the pending text only waits for a possible rest. */
  get looksWhole(): boolean {
    return this.chunker.looksWhole
  }

  /** Whether the pending text may be preempted. */
  get preemptible(): boolean {
    return this.rules?.preemptible ?? false
  }

  /** Whether nothing of it has become a chunk so far. */
  get unspoken(): boolean {
    return this.chunked === 0
  }

  /** Takes a token; a change of language ends a chunk. */
  take(token: Token): Chunk[] {
    this.count(token.text)
    const before = token.language === this.language ? [] : this.flush()
    if (token.language !== this.language) {
      this.language = token.language
      this.chunker = new Chunker(token.language)
    }
    const pending = this.pending.length
    const texts = this.chunker.push(token.text, token.last)
    const chunks = [...before]
    let start = 0
    for (const text of texts) {
      chunks.push(this.chunk(text, rulesBetween(start, start + text.length, pending, this.rules, token)))
      start += text.length
    }
    if (this.pending === '') this.rules = undefined
    else if (token.text !== '')
      this.rules = rulesBetween(start, Number.POSITIVE_INFINITY, pending, this.rules, token)
    return chunks
  }

  /** The pending text as it stands. */
  flush(): Chunk[] {
    const rules = this.rules ?? { interruptible: 'any' as const, preemptible: false }
    this.rules = undefined
    return this.chunker.flush().map((text) => this.chunk(text, rules))
  }

  private chunk(text: string, { interruptible, preemptible }: CutRules): Chunk {
    this.chunked++
    return { text, language: this.language, interruptible, preemptible }
  }

  private count(text: string): void {
    this.tokens++
    for (const run of text.match(/\s+|\S+/g) ?? []) {
      const word = /\S/.test(run)
      if (word && !this.withinWord) this.words++
      this.withinWord = word
    }
  }
}

/**
 * Rules of the text from `start` to `end`, of which the first `pending` characters came earlier. A chunk made of
 * several tokens follows the strictest of them: what must not be cut is not cut.
 */
function rulesBetween(
  start: number,
  end: number,
  pending: number,
  earlier: CutRules | undefined,
  token: CutRules,
): CutRules {
  if (!earlier || start >= pending) return token
  if (end <= pending) return earlier
  return {
    interruptible: stricter(earlier.interruptible, token.interruptible),
    preemptible: earlier.preemptible && token.preemptible,
  }
}

function stricter(a: InterruptMode, b: InterruptMode): InterruptMode {
  if (a === 'any' || a === b) return b
  return b === 'any' ? a : 'none'
}
