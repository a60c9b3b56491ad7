import { readFileSync } from 'node:fs'

/** Most hints that are listened for; each makes the search a little slower. */
const mostHotwords = 100
/** Letters of a hint at most; longer ones are no phrases, and finding the pieces of a word takes the square of its length. */
const longestHint = 100
/** Marks the beginning of a word in pieces of words. */
const wordStart = '▁'
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u

/** The pieces of text that a model knows: its `tokens.txt`. */
export class Tokens {
  private readonly ids = new Map<string, number>()
  /** Whether it writes in capitals only, as models trained on LibriSpeech do. */
  readonly capitals: boolean

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const at = line.lastIndexOf(' ')
      if (at > 0) this.ids.set(line.slice(0, at), Number(line.slice(at + 1)))
    }
    const letters = [...this.ids.keys()].filter((token) => !token.startsWith('<')).join('')
    this.capitals = /\p{Lu}/u.test(letters) && !/\p{Ll}/u.test(letters)
  }

  static read(path: string): Tokens {
    return new Tokens(readFileSync(path, 'utf8'))
  }

  /** Hints in the model's letters, a line each; what cannot be written with its pieces is left out. */
  hotwords(hints: readonly string[]): string[] {
    const phrases = hints.slice(0, mostHotwords).filter(({ length }) => length <= longestHint)
    const lines = phrases.map((hint) => {
      const plain = hint.normalize('NFKC').replace(/[^\p{L}\p{M}\p{N}' ]+/gu, ' ')
      const cased = this.capitals ? plain.toUpperCase() : plain.toLowerCase()
      return cased.trim().split(/\s+/)
    })
    const known = lines.filter((words) => words.every((word) => word !== '' && this.ofWord(word)))
    return [...new Set(known.map((words) => words.join(' ')))]
  }

  /** What hints are written in: words of pieces, or single characters where the language has no spaces as well. */
  get unit(): 'bpe' | 'cjkchar+bpe' {
    return [...this.ids.keys()].some((token) => unspaced.test(token)) ? 'cjkchar+bpe' : 'bpe'
  }

  /** The pieces with their ranks, as sentencepiece writes them to `bpe.vocab`; many models come without that file. */
  vocabulary(): string {
    return [...this.ids].map(([token, id]) => `${token}\t${-id}\n`).join('')
  }

  /** Joins the pair that was learnt first, again and again: byte-pair encoding, whose order the tokens' numbers are. */
  private ofWord(word: string): string[] | undefined {
    const whole = wordStart + word
    if (this.ids.has(whole)) return [whole]
    const pieces = unspaced.test(word) ? [...word] : [wordStart + [...word][0], ...[...word].slice(1)]
    if (unspaced.test(word)) return pieces.every((piece) => this.ids.has(piece)) ? pieces : undefined
    if (!this.ids.has(pieces[0]!)) pieces.splice(0, 1, wordStart, pieces[0]!.slice(1))
    for (;;) {
      let best = -1
      let rank = Number.POSITIVE_INFINITY
      for (let i = 0; i + 1 < pieces.length; i++) {
        const id = this.ids.get(pieces[i]! + pieces[i + 1]!)
        if (id !== undefined && id < rank) {
          rank = id
          best = i
        }
      }
      if (best < 0) return pieces.every((piece) => this.ids.has(piece)) ? pieces : undefined
      pieces.splice(best, 2, pieces[best]! + pieces[best + 1]!)
    }
  }
}
