import { spokenLength } from '../tts/spoken-length.js'
import { findWords } from '../tts/words.js'

/** ms that a voice takes for a unit of `spokenLength`, before any has been heard: about 15 characters a second. */
const USUAL_MS = 67
/** Weight of the latest chunk. */
const LEARNING = 0.3
/** Chunks shorter than this say little about the speed. */
const LEAST_UNITS = 15
const MOST_VOICES = 500

/** How fast voices speak, learnt from what they said. */
export class SpeakingRates {
  private readonly rates = new Map<string, number>()

  of(voice: string): number {
    return this.rates.get(voice) ?? USUAL_MS
  }

  learn(voice: string, text: string, audioMs: number): void {
    const units = findWords(text).reduce((sum, word) => sum + spokenLength(word.text), 0)
    if (units < LEAST_UNITS || audioMs <= 0) return
    const rate = audioMs / units
    const before = this.rates.get(voice)
    this.rates.delete(voice)
    this.rates.set(voice, before === undefined ? rate : before + LEARNING * (rate - before))
    if (this.rates.size > MOST_VOICES) this.rates.delete(this.rates.keys().next().value!)
  }
}
