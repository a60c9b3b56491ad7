import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Keyphrase, spokenForm } from './hints.js'
import { createDecoder, type Handle, type Sphinx, type SphinxModel } from './library.js'
import type { Pronounce } from './pronounce.js'

/**
 * Shared by all decoders. Every second frame is scored and at most 3,000 HMMs stay alive; the second, flat pass is off.
 * Measured on 30 sentences of three voices: a third of the default's CPU, fewer errors, and 30 ms instead of 200 ms
 * from the end of speech to the text.
 */
const tuning = { '-logfn': '/dev/null', '-ds': '2', '-maxhmmpf': '3000', '-fwdflat': 'no' }
/** Everything that scores above this is reported; `isSpotted` draws the real line. */
const spottingThreshold = '1e-40'
/** The most hints a stream listens for; each costs some CPU on every frame. */
const maxHints = 100
/** Letters of a hint at most. Longer ones are no phrases, and cost every frame as much as many hints. */
const longestHint = 100
/** Words whose pronunciation is remembered. */
const maxPronunciations = 10_000

/** Two recognisers for one utterance at a time: the open one, and a spotter of hints beside it. */
export interface SpotterLoan {
  readonly decoder: Handle
  readonly keyphrases: ReadonlyMap<string, Keyphrase>
}

/**
 * The decoders of one worker. Loading the language model takes most of a second, so decoders are kept and lent to one
 * utterance at a time; spotters have no language model, cost a few MB, and keep the hints they have learnt.
 */
export class Decoders {
  private readonly idle: Handle[] = []
  private made = 0
  private readonly spotters = new Map<string, { idle: Handle[]; keyphrases: Map<string, Keyphrase> }>()
  private readonly pronunciations = new Map<string, string | undefined>()
  /** Answers dictionary questions; never lent out without coming back. */
  private dictionary: Handle | undefined

  constructor(
    private readonly sphinx: Sphinx,
    private readonly model: SphinxModel,
    private readonly most: number,
    private readonly pronounce: Pronounce | undefined,
  ) {}

  /** Makes open decoders until there are `count`, the limit allowing. */
  warm(count: number): void {
    while (this.made < Math.min(count, this.most)) this.idle.push(this.make())
  }

  get count(): number {
    return this.made
  }

  /** An open decoder for one utterance; undefined while as many as allowed are at work. */
  borrow(): Handle | undefined {
    return this.idle.pop() ?? (this.made < this.most ? this.make() : undefined)
  }

  giveBack(decoder: Handle): void {
    this.idle.push(decoder)
  }

  /**
   * A spotter of `hints` for one utterance; undefined when none of them can be pronounced, or the library takes none: a
   * caller is better heard without hints than not at all.
   */
  borrowSpotter(hints: readonly string[]): SpotterLoan | undefined {
    const key = hints.join('\n')
    const known = this.spotters.get(key)
    const decoder = known?.idle.pop()
    if (known && decoder) return { decoder, keyphrases: known.keyphrases }
    const keyphrases = known?.keyphrases ?? this.keyphrases(hints)
    if (!known) this.spotters.set(key, { idle: [], keyphrases })
    if (keyphrases.size === 0) return undefined
    try {
      return { decoder: this.makeSpotter(keyphrases), keyphrases }
    } catch {
      return undefined
    }
  }

  giveSpotterBack(hints: readonly string[], loan: SpotterLoan): void {
    this.spotters.get(hints.join('\n'))?.idle.push(loan.decoder)
  }

  /** Frees the spotters of hints that no open stream has. */
  forget(hints: readonly string[]): void {
    const key = hints.join('\n')
    for (const decoder of this.spotters.get(key)?.idle ?? []) this.sphinx.free(decoder)
    this.spotters.delete(key)
  }

  private make(): Handle {
    const decoder = createDecoder(this.sphinx, {
      ...tuning,
      '-hmm': this.model.acoustic,
      '-dict': this.model.dictionary,
      '-lm': this.model.languageModel,
    })
    this.made++
    this.dictionary ??= decoder
    return decoder
  }

  private keyphrases(hints: readonly string[]): Map<string, Keyphrase> {
    const found = new Map<string, Keyphrase>()
    for (const written of hints.slice(0, maxHints)) {
      const spoken = spokenForm(written)
      if (spoken === '' || spoken.length > longestHint) continue
      const words = spoken.split(' ').map((word) => this.pronunciation(word))
      if (words.some((phones) => phones === undefined)) continue
      found.set(spoken, { written: written.trim(), spoken, phones: words.join(' ').split(' ').length })
    }
    return found
  }

  private pronunciation(word: string): string | undefined {
    if (!this.pronunciations.has(word)) {
      if (this.pronunciations.size >= maxPronunciations) this.pronunciations.clear()
      this.dictionary ??= this.idle[0] ?? this.make()
      this.pronunciations.set(
        word,
        this.sphinx.pronunciation(this.dictionary, word) ?? this.pronounce?.(word),
      )
    }
    return this.pronunciations.get(word)
  }

  /** @throws Error when the library does not take the phrases */
  private makeSpotter(keyphrases: ReadonlyMap<string, Keyphrase>): Handle {
    const decoder = createDecoder(this.sphinx, { ...tuning, '-hmm': this.model.acoustic })
    try {
      const words = new Set([...keyphrases.keys()].flatMap((phrase) => phrase.split(' ')))
      for (const word of words) {
        const phones = this.pronunciation(word)
        // Without phones the library reads what is at address 0; phrases of words that it lacks are skipped.
        if (phones) this.sphinx.addWord(decoder, word, phones, 1)
      }
      this.listenFor(decoder, keyphrases)
      return decoder
    } catch (thrown) {
      this.sphinx.free(decoder)
      throw thrown
    }
  }

  private listenFor(decoder: Handle, keyphrases: ReadonlyMap<string, Keyphrase>): void {
    // The library takes keyphrases from a file only.
    const folder = mkdtempSync(join(tmpdir(), 'parley-hints-'))
    try {
      const file = join(folder, 'hints')
      writeFileSync(
        file,
        [...keyphrases.keys()].map((phrase) => `${phrase} /${spottingThreshold}/\n`).join(''),
      )
      const taken =
        this.sphinx.setKeyphrases(decoder, 'hints', file) >= 0 && this.sphinx.setSearch(decoder, 'hints') >= 0
      // Asked for its words, a decoder without a search reads what is at address 0.
      if (!taken) throw new Error('PocketSphinx did not take the hints')
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}
