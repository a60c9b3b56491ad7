/** What a vendor takes of hints. */
interface TermLimits {
  readonly most: number
  /** Characters that one may have. */
  readonly length?: number
  /** What all of them may cost together. */
  readonly total?: number
  /** What one costs; its characters where this is left out. */
  readonly cost?: (term: string) => number
}

/** Those of the hints that a vendor takes, each once and in their order: one too many, and it refuses the session. */
export function fittingTerms(hints: readonly string[], limits: TermLimits): string[] {
  const { most, length = 100, total = Number.POSITIVE_INFINITY, cost = (term) => term.length } = limits
  let spent = 0
  const usable = [...new Set(hints.map((hint) => hint.trim()))].filter(
    (hint) => hint !== '' && hint.length <= length,
  )
  return usable.slice(0, most).filter((term) => {
    const price = cost(term)
    if (spent + price > total) return false
    spent += price
    return true
  })
}

/** About how many tokens of a model a term has: plain words few, codes and abbreviations one a letter. */
export function tokensOf(term: string): number {
  return term.split(/\s+/).reduce((sum, word) => {
    const bytes = Buffer.byteLength(word)
    return sum + (/^\p{L}[\p{Ll}'’-]*$/u.test(word) ? Math.ceil(bytes / 3) : bytes)
  }, 0)
}
