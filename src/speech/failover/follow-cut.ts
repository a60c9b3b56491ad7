import type { Clock } from '../../base/clock.js'
import type { CollectedSpeech } from '../collect-speech.js'
import { followSpeech } from './follow-speech.js'
import type { Cut } from './spoken-progress.js'

/** Speaks a text with word marks, so that another voice can be followed by it; undefined where that is not to be had. */
export type ReferenceSpeech = (text: string, language: string) => Promise<CollectedSpeech | undefined>

/** How long a reference may take, in ms: the caller hears nothing meanwhile. */
const REFERENCE_MS = 300
/** A word that ends closer than this to the end of the audio may not be whole, in ms. */
const LAST_MS = 30
/** What stays behind a word's end, in ms: half a window of those that are compared, less a step. */
const TAIL_MS = 10

/**
 * Where speech without word marks can be cut: behind the last word that it said whole, as a reference of the same text
 * tells.
 * @param heardMs what was heard by now
 * @returns undefined where there is no reference
 */
export async function followCut(
  text: string,
  language: string,
  spoken: CollectedSpeech,
  heardMs: () => number,
  { reference, clock }: { readonly reference?: ReferenceSpeech | undefined; readonly clock: Clock },
): Promise<Cut | undefined> {
  const pattern = reference && (await inTime(reference(text, language), clock))
  if (!pattern || pattern.marks.length === 0) return undefined
  const ends = await followSpeech(
    spoken,
    pattern,
    pattern.marks.map(({ endMs }) => endMs),
  )
  if (!ends) return undefined
  const totalMs = (spoken.pcm.length * 1000) / spoken.sampleRate
  const last = ends.findLastIndex((ms) => ms !== undefined && ms <= totalMs - LAST_MS)
  const heard = heardMs()
  return {
    textEnd: pattern.marks[last]?.textEnd ?? 0,
    atMs: Math.min(totalMs, Math.max(heard, (ends[last] ?? 0) + TAIL_MS)),
  }
}

/** What comes in time; a reference that fails is none. */
function inTime<T>(pending: Promise<T>, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = clock.after(REFERENCE_MS, () => resolve(undefined))
    pending.then(resolve, () => resolve(undefined)).finally(() => timer.cancel())
  })
}
