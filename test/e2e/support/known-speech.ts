import { resample } from '../../../src/audio/index.js'
import { locate, type Place, slice } from './locate.js'
import type { Pcm } from './speech.js'
import type { SpokenWord } from './words.js'

/** A word, and how it sounds. */
export interface KnownWord {
  readonly word: string
  readonly pcm: Pcm
}

/** The words of a sentence, cut out of a recording of it. */
export function knownWords(words: readonly SpokenWord[], recording: Pcm): KnownWord[] {
  const narrow = atLookRate(recording)
  return words.map(({ word, startMs, endMs }) => ({ word, pcm: slice(narrow, startMs, endMs) }))
}

/** ms of new audio after which words are looked for. */
const LOOK_MS = 200
/** Correlation above which it is a piece of the word. */
const LEAST_MATCH = 0.75
/** The same for all of it: half a word has less, whatever is there in place of the other half. */
const LEAST_WORD = 0.85
/** ms of a piece of a word. */
const PIECE_MS = 100
/**
 * How far a piece may be from where the one before it says, in ms. A jitter buffer takes out pitch periods and puts some in,
 * and where a busy machine's phone sends late it fills the time with what came before.
 */
const SHIFT_MS = 60
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
  private readonly longestMs: number

  constructor(private readonly words: readonly KnownWord[]) {
    this.longestMs = Math.max(...words.map(({ pcm }) => lengthMs(pcm)))
  }

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
    const before = this.found.length
    const fromMs = Math.max(0, this.lookedMs - this.longestMs - 2 * SHIFT_MS)
    const heard = atLookRate(slice({ sampleRate: 16_000, samples: this.samples }, fromMs))
    for (const { word, pcm } of this.words) {
      const place = findWord(pcm, heard)
      if (!place) continue
      const startMs = place.startMs + fromMs
      const known = this.found.some((one) => one.word === word && Math.abs(one.startMs - startMs) < 100)
      if (!known) this.found.push({ word, startMs, endMs: place.endMs + fromMs })
    }
    this.found.sort((a, b) => a.startMs - b.startMs)
    this.lookedMs = this.samples.length / 16
    return this.found.length > before
  }
}

/** Half of a word is found by itself; it is the word where the pieces around it follow one another as in the word. */
function findWord(word: Pcm, heard: Pcm): Place | undefined {
  const halfMs = lengthMs(word) / 2
  const [first, second] = [locate(slice(word, 0, halfMs), heard), locate(slice(word, halfMs), heard)]
  if (Math.max(first.match, second.match) < LEAST_MATCH) return undefined
  const fromFirst = first.match > second.match
  const atMs = fromFirst ? first.startMs : second.startMs - halfMs
  const places = followed(fromFirst ? pieces(word) : pieces(word).reverse(), atMs, heard)
  const match = places.reduce((sum, place) => sum + place.ms * place.match, 0) / lengthMs(word)
  if (match < LEAST_WORD) return undefined
  const shifts = places.map(({ shiftMs }) => shiftMs)
  const [startShift, endShift] = fromFirst ? [0, shifts.at(-1)!] : [shifts.at(-1)!, 0]
  return { startMs: atMs + startShift, endMs: atMs + lengthMs(word) + endShift, match }
}

interface Piece {
  readonly pcm: Pcm
  readonly atMs: number
}

function pieces(word: Pcm): Piece[] {
  return Array.from({ length: Math.ceil(lengthMs(word) / PIECE_MS) }, (_, i) => {
    return { pcm: slice(word, i * PIECE_MS, (i + 1) * PIECE_MS), atMs: i * PIECE_MS }
  })
}

/** How well each piece is heard near where the one before it says, of a word that would begin at `startMs` but for shifts. */
function followed(sequence: readonly Piece[], startMs: number, heard: Pcm) {
  let shiftMs = 0
  return sequence.map(({ pcm, atMs }) => {
    const wantedMs = startMs + atMs + shiftMs
    const fromMs = Math.max(0, wantedMs - SHIFT_MS)
    const near = slice(heard, fromMs, Math.max(0, wantedMs + lengthMs(pcm) + SHIFT_MS))
    const place = locate(pcm, near)
    if (place.match > LEAST_MATCH) shiftMs += fromMs + place.startMs - wantedMs
    return { ms: lengthMs(pcm), match: place.match, shiftMs }
  })
}

function lengthMs({ samples, sampleRate }: Pcm): number {
  return (samples.length * 1000) / sampleRate
}

function atLookRate({ samples, sampleRate }: Pcm): Pcm {
  return { sampleRate: 8_000, samples: resample(samples, sampleRate, 8_000) }
}
