import { isPause, letterNames, phonesOfLetter, saidAs, skipCost, vowelPhones } from './letter-sounds.js'
import type { Phone } from './spoken-piece.js'
import type { SpokenWord } from './words.js'

/** When a word is heard, in ms from the start of the piece's audio. */
export interface Span {
  readonly startMs: number
  readonly endMs: number
}

/** A letter, a wildcard for what digits and signs stand for, or the boundary before a word. */
interface Unit {
  readonly letter: string
  readonly previous: string
  readonly word: number
  /** Whether sounds that no letter stands for are likely here. */
  readonly loose: boolean
}

const boundary = '|'
const wild = '*'
/** Sounds of a digit or sign, at most: "seven" has five. */
const wildcards = 4
/** What a wildcard costs, whether it has a sound or not; less than any letter out of place. */
const wildCost = 0.15

/**
 * Tells which phones belong to which word: the cheapest way of laying the letters of the text beside the phones that
 * the engine spoke, as edit distance does it. English spelling leaves the vowels open, but consonants anchor it.
 * @returns the span of each word, monotone; a word without a sound of its own has an empty one
 */
export function alignPhones(words: readonly SpokenWord[], phones: readonly Phone[]): Span[] {
  const units = words.flatMap(unitsOf)
  const moves = cheapestMoves(units, phones, words)
  const owner = new Int32Array(phones.length).fill(-1)
  for (let i = units.length, j = phones.length; i > 0 || j > 0; ) {
    const move = moves[i * (phones.length + 1) + j]
    if (move !== SKIP) j--
    if (move === INSERT) owner[j] = isPause(phones[j].name) || i === 0 ? -1 : units[i - 1].word
    else i--
    if (move === MATCH) owner[j] = units[i].word
  }
  return spansOf(words.length, phones, owner)
}

const MATCH = 0
const SKIP = 1
const INSERT = 2

function cheapestMoves(
  units: readonly Unit[],
  phones: readonly Phone[],
  words: readonly SpokenWord[],
): Uint8Array {
  const width = phones.length + 1
  const moves = new Uint8Array((units.length + 1) * width)
  let row = new Float64Array(width)
  let before = new Float64Array(width)
  for (let i = 0; i <= units.length; i++) {
    const unit = units[i - 1]
    const skip = unit ? skipCost(unit.letter, unit.previous) : 0
    for (let j = 0; j < width; j++) {
      if (i === 0 && j === 0) continue
      const match = i > 0 && j > 0 ? before[j - 1] + matchCost(unit, phones[j - 1]) : Number.POSITIVE_INFINITY
      const skipped = i > 0 ? before[j] + skip : Number.POSITIVE_INFINITY
      const inserted =
        j > 0 ? row[j - 1] + insertCost(unit, units[i], phones[j - 1], words) : Number.POSITIVE_INFINITY
      const least = Math.min(match, skipped, inserted)
      row[j] = least
      moves[i * width + j] = least === match ? MATCH : least === inserted ? INSERT : SKIP
    }
    ;[before, row] = [row, before]
  }
  return moves
}

function matchCost({ letter, loose }: Unit, { name }: Phone): number {
  if (letter === boundary || isPause(name)) return Number.POSITIVE_INFINITY
  if (letter === wild) return wildCost
  const likely = phonesOfLetter[letter]
  if (likely?.includes(name)) return 0
  const bothVowels = 'aeiouy'.includes(letter) && vowelPhones.has(name)
  return (bothVowels ? 0.5 : 1.6) + (loose ? 0.2 : 0)
}

/** A phone after `unit` that no letter stands for. */
function insertCost(
  unit: Unit | undefined,
  next: Unit | undefined,
  { name }: Phone,
  words: readonly SpokenWord[],
): number {
  if (isPause(name)) {
    const atEdge = unit === undefined || next === undefined
    if (atEdge) return 0
    if (next.letter !== boundary) return unit.loose ? 1 : 6
    return words[unit.word].pause ? 0 : 0.5
  }
  // A sound at a boundary may belong to either word: it is left to the word before, at a price.
  if (!unit || unit.letter === boundary) return 1
  if (unit.loose) return wildCost
  return vowelPhones.has(name) ? 0.8 : 0.9
}

function unitsOf(word: SpokenWord, index: number): Unit[] {
  const letters = lettersOf(word.text)
  const loose = letters.includes(wild)
  let previous = boundary
  return [boundary, ...letters].map((letter) => {
    const made = { letter, previous, word: index, loose }
    previous = letter
    return made
  })
}

/** Letters as they are said: initials by their names, abbreviations and digits as words, numbers and signs as wildcards. */
function lettersOf(word: string): string[] {
  const plain = word.normalize('NFKD').replace(/\p{M}/gu, '')
  const said = saidAs[plain.toLowerCase().replace(/\W+$/, '')]
  if (said) return [...said]
  const initials = /^\P{L}*\p{Lu}{2,5}s?\P{L}*$/u.test(plain)
  return [...plain].flatMap((character) => {
    const letter = character.toLowerCase()
    if (/[a-z]/.test(letter)) return initials ? [...letterNames[letter]] : [letter]
    return /[\p{N}\p{Sc}%&+@=#*]/u.test(character) ? new Array<string>(wildcards).fill(wild) : []
  })
}

function spansOf(count: number, phones: readonly Phone[], owner: Int32Array): Span[] {
  const spans: { startMs: number; endMs: number }[] = []
  let j = 0
  let at = 0
  for (let word = 0; word < count; word++) {
    while (j < phones.length && owner[j] === -1) at = phones[j++].endMs
    const startMs = at
    while (j < phones.length && owner[j] <= word && owner[j] !== -1) at = phones[j++].endMs
    // A pause that an engine makes inside a number belongs to it.
    const rest = owner.lastIndexOf(word)
    while (j <= rest) at = phones[j++].endMs
    spans.push({ startMs, endMs: at })
  }
  return spans
}
