import { availableParallelism } from 'node:os'
import { type Clock, systemClock, type Timer } from '../../base/clock.js'
import type { Listening, ListenOptions } from '../engine.js'
import type { RegisteredStt, SttVendor } from '../vendor.js'
import { findModel, type SphinxModel } from './pocketsphinx/library.js'
import { SphinxListening } from './pocketsphinx/listening.js'
import { type LaunchWorker, launchWorker, SphinxProcess } from './pocketsphinx/process.js'

export interface PocketSphinxOptions {
  /** Default: the English model of Debian's `pocketsphinx-en-us`. */
  readonly model?: SphinxModel
  /** Processes; default one less than the cores, from 1 to 4. */
  readonly processes?: number
  /** Decoders a process loads at start, about 90 MB each. Default 2. */
  readonly warmDecoders?: number
  /** Utterances a process recognises at once; further ones wait. Default 4. */
  readonly maxDecoders?: number
  readonly clock?: Clock
  readonly launch?: LaunchWorker
}

/** Wait before a process that died is replaced, so that a broken installation does not spin. */
const replaceAfterMs = 500

/**
 * PocketSphinx, offline: streaming partials, `hints` spotted beside the open vocabulary. It understands English, best
 * at 16 kHz. Every stream is served by one of a few processes; nothing is computed on the calling thread.
 */
export class PocketSphinx implements RegisteredStt {
  readonly name = 'pocketsphinx'
  readonly endpointing = 'relay'
  private readonly processes: SphinxProcess[] = []
  private readonly clock: Clock
  private readonly replacing = new Set<Timer>()
  private closed = false

  private constructor(
    private readonly model: SphinxModel,
    private readonly options: PocketSphinxOptions,
  ) {
    this.clock = options.clock ?? systemClock
  }

  /**
   * Loads the model; resolves when speech can be recognised at once.
   * @throws Error when model or library is missing
   */
  static async start(options: PocketSphinxOptions = {}): Promise<PocketSphinx> {
    const model = options.model ?? findModel()
    if (!model) throw new Error('No PocketSphinx model: apt-get install pocketsphinx pocketsphinx-en-us')
    const engine = new PocketSphinx(model, options)
    const count = options.processes ?? Math.min(4, Math.max(1, availableParallelism() - 1))
    try {
      for (let i = 0; i < count; i++) engine.launch(i)
      await Promise.all(engine.processes.map((process) => process.ready()))
    } catch (thrown) {
      await engine.close()
      throw thrown
    }
    return engine
  }

  languageFor(language: string): string | undefined {
    return primaryTag(language) === primaryTag(this.model.language) ? language : undefined
  }

  open(options: ListenOptions): Listening {
    const alive = this.processes.filter(({ gone }) => !gone)
    const able = alive.length > 0 ? alive : this.processes
    const least = able.reduce((a, b) => (b.load < a.load ? b : a))
    const language = this.languageFor(options.language) ?? this.model.language
    return least.open((link) => new SphinxListening(options, language, link))
  }

  async close(): Promise<void> {
    this.closed = true
    for (const timer of this.replacing) timer.cancel()
    await Promise.all(this.processes.map((process) => process.close()))
  }

  private launch(at: number): void {
    const { warmDecoders = 2, maxDecoders = 4, launch = launchWorker } = this.options
    const { model } = this
    this.processes[at] = new SphinxProcess(
      'PocketSphinx',
      () => launch({ model, warmDecoders, maxDecoders }),
      () => this.replace(at),
    )
  }

  private replace(at: number): void {
    if (this.closed) return
    const timer = this.clock.after(replaceAfterMs, () => {
      this.replacing.delete(timer)
      try {
        this.launch(at)
      } catch {
        // The system has no room for a process now.
        this.replace(at)
      }
    })
    this.replacing.add(timer)
  }
}

function primaryTag(language: string): string {
  return language.toLowerCase().split('-')[0]
}

export const pocketSphinxVendor: SttVendor = {
  name: 'pocketsphinx',
  aliases: ['sphinx'],
  summary: 'English; best over G.722 or Opus, or with hints',
  install: 'apt-get install pocketsphinx pocketsphinx-en-us',
  capabilities: {
    languages: ['en'],
    detectsLanguage: false,
    models: ['en-us'],
    partials: true,
    endOfTurn: 'relay',
    formats: ['pcm/16000'],
    hints: 'keyphrases, up to 100',
  },
  start: () => PocketSphinx.start(),
}
