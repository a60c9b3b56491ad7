/** Characters of the agent's latest text that an echo can come from: about half a minute of speech. */
const KEPT = 500
/** Share of an utterance's words, in order, that must be the agent's. A recogniser mishears an echo here and there. */
const SHARE = 0.7

/** Knows what the agent said last, and whether the caller's words are only that, come back. */
export class EchoWords {
  private text = ''

  /** Text on its way to the caller, as the app sent it. */
  said(text: string): void {
    this.text = (this.text + text).slice(-KEPT)
  }

  /** Whether `heard` is the agent's own text: its words, in their order, with few others between. */
  echoes(heard: string): boolean {
    const words = wordsOf(heard)
    if (words.length === 0) return false
    return longestCommon(words, wordsOf(this.text)) >= SHARE * words.length && words.length > 1
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []
}

/** Length of the longest common subsequence: at most 500 characters of words on one side. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const word of a) {
    const next = [0]
    for (let j = 0; j < b.length; j++) {
      next.push(word === b[j] ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!))
    }
    row = next
  }
  return row[b.length]!
}
