import { locate, slice } from './locate.js'
import type { Pcm } from './speech.js'
import type { SpokenWord } from './words.js'

/** A word, and how it sounds. */
export interface KnownWord {
  readonly word: string
  readonly pcm: Pcm
}

/** The words of a sentence, cut out of a recording of it. */
export function knownWords(words: readonly SpokenWord[], recording: Pcm): KnownWord[] {
  return words.map(({ word, startMs, endMs }) => ({ word, pcm: slice(recording, startMs, endMs) }))
}

/** ms of new audio after which words are looked for. */
const LOOK_MS = 200
/** Correlation above which it is the word. */
const LEAST_MATCH = 0.75
/** RMS amplitude of a silence. */
const QUIET = 200

/**
 * A recogniser of one sentence: finds its words by their waveforms in 16 kHz audio, each as often as it is there, so that
 * audio that is missing or comes twice shows in the words.
 */
export class KnownSpeech {
  readonly found: { readonly word: string; readonly startMs: number; readonly endMs: number }[] = []
  /** ms since there was any sound. */
  silentMs = 0
  private samples = new Int16Array(0)
  private lookedMs = 0

  constructor(private readonly words: readonly KnownWord[]) {}

  /** @param bytes little-endian samples. @returns whether words were found in what came so far */
  hear(bytes: Buffer): boolean {
    const added = Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2))
    const all = new Int16Array(this.samples.length + added.length)
    all.set(this.samples)
    all.set(added, this.samples.length)
    this.samples = all
    const rms = Math.sqrt(added.reduce((sum, sample) => sum + sample * sample, 0) / added.length)
    this.silentMs = rms < QUIET ? this.silentMs + added.length / 16 : 0
    return all.length / 16 - this.lookedMs >= LOOK_MS && this.look()
  }

  private look(): boolean {
    const heard = { sampleRate: 16_000, samples: this.samples }
    const before = this.found.length
    for (const { word, pcm } of this.words) {
      const fromMs = Math.max(0, this.lookedMs - (pcm.samples.length * 1000) / pcm.sampleRate)
      const { startMs, endMs, match } = locate(pcm, slice(heard, fromMs))
      const place = { word, startMs: startMs + fromMs, endMs: endMs + fromMs }
      const known = this.found.some((one) => one.word === word && Math.abs(one.startMs - place.startMs) < 50)
      if (match > LEAST_MATCH && !known) this.found.push(place)
    }
    this.found.sort((a, b) => a.startMs - b.startMs)
    this.lookedMs = this.samples.length / 16
    return this.found.length > before
  }
}
