/** A word of a text, as far as its sound goes. */
export interface SpokenWord {
  /** As written, with its punctuation. */
  readonly text: string
  /** UTF-16 units from the start of the text. */
  readonly start: number
  readonly end: number
  /** Punctuation after it asks for a pause. */
  readonly pause: boolean
}

const sounding = /[\p{L}\p{N}\p{Sc}%&+@=#*]/u
const pausing = /[.,;:!?…—。，、！？；：]["'”’)\]]*$/u
/** Scripts that write no spaces: there, every character is a word. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const unit = new RegExp(`${unspaced.source}[^\\p{L}\\p{N}\\s]*|(?:(?!${unspaced.source})\\S)+`, 'gu')

/** The words of a text that have a sound, in order. */
export function findWords(text: string): SpokenWord[] {
  return [...text.matchAll(unit)]
    .filter(([word]) => sounding.test(word))
    .map((match) => ({
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
      pause: pausing.test(match[0]),
    }))
}
