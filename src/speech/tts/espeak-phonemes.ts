import { spokenLength } from './spoken-length.js'
import type { SpokenWord } from './words.js'

/**
 * Relative lengths of words from the phonemes that eSpeak NG prints (`-x`): a group for each word, except that small
 * words are drawn together ("of the") and numbers fall apart. Groups are laid beside words so that the lengths fit.
 */
export function wordWeights(words: readonly SpokenWord[], printed: string): number[] {
  const lengths = words.map((word) => spokenLength(word.text))
  const groups = phonemeLengths(printed)
  if (words.length === 0 || groups.length === 0) return lengths
  const scale = sum(groups) / sum(lengths)
  const expected = lengths.map((length) => length * scale)
  return share(words, expected, groups)
}

/** About how long each group is, in average phonemes. */
function phonemeLengths(printed: string): number[] {
  return printed
    .replace(/\([a-z-]*\)/g, '')
    .split(/[\s_]+/)
    .map(lengthOf)
    .filter((length) => length > 0)
}

/** Long vowels, diphthongs and stress lengthen; marks of stress and joins have no length of their own. */
function lengthOf(group: string): number {
  let length = 0
  for (const character of group) {
    if (/[aeiouyAEIOUVQ@03]/.test(character)) length += 1.15
    else if (character === ':') length += 0.7
    else if (character === "'") length += 0.5
    else if (/[a-zA-Z]/.test(character)) length += 1
  }
  return length
}

const mostJoined = 3
const mostParts = 9

/** Dynamic programming over pairs of "n words, one group" and "one word, n groups". */
function share(
  words: readonly SpokenWord[],
  expected: readonly number[],
  groups: readonly number[],
): number[] {
  const width = groups.length + 1
  const cost = new Float64Array((words.length + 1) * width).fill(Number.POSITIVE_INFINITY)
  const from = new Int32Array(cost.length)
  cost[0] = 0
  for (let i = 0; i < words.length; i++) {
    for (let j = 0; j < groups.length; j++) {
      const here = i * width + j
      if (cost[here] === Number.POSITIVE_INFINITY) continue
      const consider = (n: number, m: number, price: number) => {
        const there = (i + n) * width + j + m
        const wanted = sum(expected, i, i + n)
        const total = cost[here] + price + (wanted - sum(groups, j, j + m)) ** 2 / wanted
        if (total >= cost[there]) return
        cost[there] = total
        from[there] = here
      }
      const splits = /[\p{N}\p{Sc}%&@]|\p{Lu}{2}|\p{L}[-./]\p{L}/u.test(words[i].text) ? 0.1 : 3
      for (let m = 1; m <= Math.min(mostParts, groups.length - j); m++) consider(1, m, m === 1 ? 0 : splits)
      for (let n = 2; n <= Math.min(mostJoined, words.length - i); n++) consider(n, 1, n - 1)
    }
  }
  return cost.at(-1) === Number.POSITIVE_INFINITY ? [...expected] : spread(from, width, expected, groups)
}

/** Walks back, and shares the length of joined groups out among their words. */
function spread(
  from: Int32Array,
  width: number,
  expected: readonly number[],
  groups: readonly number[],
): number[] {
  const weights = [...expected]
  for (let at = from.length - 1; at > 0; at = from[at]) {
    const [i, j] = [Math.floor(from[at] / width), from[at] % width]
    const until = Math.floor(at / width)
    const factor = sum(groups, j, at % width) / sum(expected, i, until)
    for (let word = i; word < until; word++) weights[word] = expected[word] * factor
  }
  return weights
}

function sum(numbers: readonly number[], from = 0, to = numbers.length): number {
  let total = 0
  for (let i = from; i < to; i++) total += numbers[i]
  return total
}
