/** About how long a word takes to say, in phones: digits and signs are words of their own, ideographs syllables. */
export function spokenLength(word: string): number {
  let length = 1
  for (const character of word) {
    if (/\p{N}/u.test(character)) length += 3.5
    else if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(character))
      length += 3
    else if (/\p{L}/u.test(character)) length += 1
    else if (/[\p{Sc}%&+@=#*]/u.test(character)) length += 5
  }
  return length
}
