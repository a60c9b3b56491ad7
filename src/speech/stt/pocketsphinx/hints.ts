import type { Segment } from './library.js'

/** A hint made ready for spotting. */
export interface Keyphrase {
  /** As the app wrote it; this is what appears in the transcript. */
  readonly written: string
  /** As the dictionary knows it: lower case, no punctuation. */
  readonly spoken: string
  /** Phones in its pronunciation. */
  readonly phones: number
}

/** Lower-cases a hint and drops what is not pronounced; '' when nothing is left. */
export function spokenForm(hint: string): string {
  return hint
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^a-z' ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Words of the recogniser that are sounds, not speech: `<sil>`, `[NOISE]`, `++UH++`. */
export function isFiller(word: string): boolean {
  return word.startsWith('<') || word.startsWith('[') || word.startsWith('+')
}

/** `your(2)` is the second pronunciation of `your`. */
function withoutVariant(word: string): string {
  return word.replace(/\(\d+\)$/, '')
}

/**
 * Whether a spotted phrase counts. Scores fall with length; the line was drawn between true and false spottings of
 * 18 phrases in flite's and recorded voices (docs/speech.md).
 */
export function isSpotted(score: number, phones: number): boolean {
  return score > -(800 + 175 * phones)
}

/**
 * Puts spotted hints into what the open recogniser understood: each accepted hint takes the place of the words it
 * covers for the greater part. The best spotting per phone wins where two overlap.
 */
export function mergeHints(
  open: readonly Segment[],
  spotted: readonly Segment[],
  keyphrases: ReadonlyMap<string, Keyphrase>,
): { text: string; replaced: boolean } {
  const words = open
    .filter((segment) => !isFiller(segment.word))
    .map((segment) => ({ ...segment, word: withoutVariant(segment.word) }))
  const accepted: Segment[] = []
  const ranked = spotted
    .flatMap((segment) => {
      const phrase = keyphrases.get(segment.word.trim())
      if (!phrase || !isSpotted(segment.score, phrase.phones)) return []
      return [{ ...segment, word: phrase.written, rank: segment.score / phrase.phones }]
    })
    .sort((a, b) => b.last - b.first - (a.last - a.first) || b.rank - a.rank)
  for (const hint of ranked) if (!accepted.some((other) => overlap(hint, other) > 0)) accepted.push(hint)
  const kept = words.filter((word) => !accepted.some((hint) => overlap(word, hint) * 2 > length(word)))
  const merged = [...kept, ...accepted].sort((a, b) => a.first - b.first)
  return { text: merged.map((segment) => segment.word).join(' '), replaced: accepted.length > 0 }
}

function length(segment: Segment): number {
  return segment.last - segment.first + 1
}

function overlap(a: Segment, b: Segment): number {
  return Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1)
}
