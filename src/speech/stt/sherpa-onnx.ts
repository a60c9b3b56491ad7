import { catalogue, type InstalledModel, isStreaming, isVoice } from '../../models/index.js'
import type { Listening, ListenOptions } from '../engine.js'
import { isAmong, isAnyLanguage, namesOf, primarySubtag } from '../languages.js'
import type { ModelOptions } from '../options.js'
import { takesHotwords } from '../sherpa/recogniser-config.js'
import { isModel, modelNamed, usableModels } from '../sherpa/usable-models.js'
import type { EarWish, Refusal, RegisteredStt, SttVendor } from '../vendor.js'
import { SherpaListening } from './sherpa/listening.js'
import { type LaunchWorker, launchWorker, SherpaProcess } from './sherpa/process.js'

export interface SherpaSttOptions {
  readonly launch?: LaunchWorker
  readonly check?: (model: InstalledModel) => Promise<string | undefined>
}

/** ms of silence that end a turn, unless the operator says otherwise. */
const END_OF_TURN_MS = 700
/** Sets of hints that a model is loaded for at the same time; others are served without their hints. */
const mostHintSets = 3

/**
 * Models of sherpa-onnx on this machine. Each is loaded once, in a process of its own, and serves all its streams there;
 * hints are part of what a transducer is loaded with, so that each set of them takes a process more.
 */
export class SherpaStt implements RegisteredStt {
  readonly name = 'sherpa-onnx'
  readonly endpointing = 'engine'
  private readonly processes = new Map<string, SherpaProcess>()

  private constructor(
    readonly summary: string,
    private readonly models: readonly InstalledModel[],
    private readonly options: ModelOptions,
    private readonly launch: LaunchWorker,
  ) {}

  /**
   * Loads the best model that is here; resolves when speech can be recognised at once. Others are loaded when used.
   * @throws Error when there is no model, or none that can be loaded
   */
  static async start(
    options: ModelOptions | undefined,
    { launch = launchWorker, check }: SherpaSttOptions = {},
  ): Promise<SherpaStt> {
    const { models, summary } = await usableModels(options, ({ kind }) => !isVoice(kind), check)
    const engine = new SherpaStt(summary, models, options!, launch)
    try {
      await engine.processOf(models[0]!, []).ready()
    } catch (thrown) {
      await engine.close()
      throw thrown
    }
    return engine
  }

  /** Names of its models, best first. */
  get names(): readonly string[] {
    return this.models.map(({ name }) => name)
  }

  languageFor(language: string): string | undefined {
    return this.models.some((model) => understands(model, language)) ? language : undefined
  }

  refusal({ model, language }: EarWish): Refusal | undefined {
    if (model !== '' && !this.models.some((one) => isModel(one, model))) return 'model'
    return this.languageFor(language) === undefined ? 'language' : undefined
  }

  open(options: ListenOptions): Listening {
    const { language, model: wanted, hints } = options
    const able = this.models.filter((model) => understands(model, language))
    const model = modelNamed(able, wanted) ?? able[0] ?? this.models[0]!
    const process = this.processOf(model, takesHotwords(model.kind) ? hints : [])
    const any = isAnyLanguage(language)
    const { endOfTurnMs = END_OF_TURN_MS } = this.options
    const parts = {
      options,
      language: any ? model.languages[0]! : language,
      spoken: any ? '' : primarySubtag(language),
      endOfTurnMs: isStreaming(model.kind) ? undefined : endOfTurnMs,
      hearing: () => process.count(({ hearing }) => hearing),
    }
    return process.open((link) => new SherpaListening({ ...parts, ...link }))
  }

  async close(): Promise<void> {
    const processes = [...this.processes.values()]
    this.processes.clear()
    await Promise.all(processes.map((process) => process.close()))
  }

  private processOf(model: InstalledModel, hints: readonly string[]): SherpaProcess {
    const prefix = `${model.name}\n`
    const key = prefix + hints.join('\n')
    const known = this.processes.get(key)
    if (known) {
      // A Map keeps the order of insertion: the latest is last.
      this.processes.delete(key)
      this.processes.set(key, known)
      return known
    }
    if (hints.length > 0 && !this.makeRoom(prefix)) return this.processOf(model, [])
    const { threads = 1, endOfTurnMs = END_OF_TURN_MS } = this.options
    const options = { threads, endOfTurnMs, hints }
    const process = new SherpaProcess(
      'sherpa-onnx',
      () => this.launch({ model, options }),
      () => {
        if (this.processes.get(key) === process) this.processes.delete(key)
      },
    )
    this.processes.set(key, process)
    return process
  }

  /** Ends a process with hints that nobody uses, where there are many. @returns whether there may be one more */
  private makeRoom(prefix: string): boolean {
    const sets = [...this.processes].filter(([key]) => key.startsWith(prefix) && key !== prefix)
    if (sets.length < mostHintSets) return true
    const [idle] = sets.filter(([, process]) => process.load === 0)
    if (!idle) return false
    this.processes.delete(idle[0])
    idle[1].close().catch(() => {})
    return true
  }
}

function understands({ languages }: InstalledModel, language: string): boolean {
  if (isAnyLanguage(language)) return languages.length > 1
  const known = languages.map(primarySubtag)
  return namesOf(language).some((name) => isAmong(known, name))
}

const models = catalogue.filter(({ kind }) => !isVoice(kind))

export const sherpaSttVendor: SttVendor = {
  name: 'sherpa-onnx',
  aliases: ['sherpa'],
  summary: 'models of one’s own',
  install: 'npm install sherpa-onnx-node && parley models pull zipformer-en-20M-2023-02-17',
  capabilities: {
    languages: [...new Set(models.flatMap(({ languages }) => languages))],
    detectsLanguage: true,
    models: models.map(({ name }) => name),
    partials: true,
    endOfTurn: 'engine',
    formats: ['pcm/16000'],
    hints: 'hotwords, up to 100 (transducers)',
  },
  start: ({ models: options }) => SherpaStt.start(options),
}
