import type { InstalledModel, OfflineKind, StreamingKind } from '../../models/index.js'
import { primarySubtag } from '../languages.js'
import { ModelFiles } from './model-files.js'
import { endRules } from './step-times.js'

export interface RecogniserOptions {
  readonly threads: number
  /** ms of silence after words that end a turn. */
  readonly endOfTurnMs: number
  /** What is likely to be said, for models that can be told. */
  readonly hotwords?: Hotwords | undefined
}

export interface Hotwords {
  /** In the model's letters. */
  readonly lines: readonly string[]
  readonly unit: string
  /** File of the pieces that words are made of. */
  readonly vocabulary: string
}

/** How much likelier than by the sound alone a hint is; sherpa-onnx's own default. */
const hotwordsScore = 1.5
/** Guesses that the search for hints keeps. */
const guesses = 4

/** Hz that a model of this kind was trained at. */
export function rateOf(kind: string): number {
  return kind === 'streaming-t-one' ? 8000 : 16_000
}

/** Whether the model can be told what is likely to be said. */
export function takesHotwords(kind: string): boolean {
  return kind === 'streaming-transducer' || kind === 'transducer' || kind === 'nemo-transducer'
}

/** What sherpa-onnx is given to load a model that hears as it goes. @throws Error naming a file that is missing */
export function streamingConfig(model: InstalledModel, options: RecogniserOptions): object {
  const { hotwords, threads, endOfTurnMs } = options
  const files = new ModelFiles(model)
  const kind = model.kind as StreamingKind
  const parts: Record<StreamingKind, () => object> = {
    'streaming-transducer': () => ({ transducer: transducer(files) }),
    'streaming-nemo-transducer': () => ({ transducer: transducer(files) }),
    'streaming-ctc': () => ({ zipformer2Ctc: { model: files.need('model') } }),
    'streaming-nemo-ctc': () => ({ nemoCtc: { model: files.need('model') } }),
    'streaming-t-one': () => ({ toneCtc: { model: files.need('model') } }),
    'streaming-paraformer': () => ({
      paraformer: { encoder: files.need('encoder'), decoder: files.need('decoder') },
    }),
  }
  const text = hotwords?.lines.join('\n') ?? ''
  return {
    featConfig: { sampleRate: rateOf(kind), featureDim: 80 },
    modelConfig: { ...parts[kind](), ...common(files, threads, hotwords) },
    ...search(hotwords),
    ...(hotwords && { hotwordsBuf: text, hotwordsBufSize: Buffer.byteLength(text), hotwordsScore }),
    enableEndpoint: 1,
    ...endRules(kind, endOfTurnMs / 1000),
  }
}

/**
 * What sherpa-onnx is given to load a model that understands speech when it is over.
 * @param language primary subtag; '' where it is to be found out
 * @throws Error naming a file that is missing
 */
export function offlineConfig(
  model: InstalledModel,
  { threads, hotwords }: Omit<RecogniserOptions, 'endOfTurnMs'>,
  language: string,
): object {
  const files = new ModelFiles(model)
  const parts: Record<OfflineKind, () => object> = {
    transducer: () => ({ transducer: transducer(files) }),
    'nemo-transducer': () => ({ transducer: transducer(files), modelType: 'nemo_transducer' }),
    'nemo-ctc': () => ({ nemoCtc: { model: files.need('model') } }),
    'zipformer-ctc': () => ({ zipformerCtc: { model: files.need('model') } }),
    whisper: () => ({
      whisper: {
        encoder: files.need('encoder'),
        decoder: files.need('decoder'),
        language,
        task: 'transcribe',
      },
    }),
    'sense-voice': () => ({
      senseVoice: {
        model: files.need('model'),
        // It cannot be told another one later.
        language: model.languages.length === 1 ? primarySubtag(model.languages[0]!) : '',
        useInverseTextNormalization: 1,
      },
    }),
    paraformer: () => ({ paraformer: { model: files.need('model') } }),
    moonshine: () => ({
      moonshine: {
        preprocessor: files.need('preprocessor'),
        encoder: files.need('encoder'),
        uncachedDecoder: files.need('uncachedDecoder'),
        cachedDecoder: files.need('cachedDecoder'),
      },
    }),
  }
  return {
    featConfig: { sampleRate: 16_000, featureDim: 80 },
    modelConfig: { ...parts[model.kind as OfflineKind](), ...common(files, threads, hotwords) },
    ...search(hotwords),
    hotwordsScore,
  }
}

function transducer(files: ModelFiles): object {
  return { encoder: files.need('encoder'), decoder: files.need('decoder'), joiner: files.need('joiner') }
}

function common(files: ModelFiles, threads: number, hotwords: Hotwords | undefined): object {
  const pieces = hotwords && { modelingUnit: hotwords.unit, bpeVocab: hotwords.vocabulary }
  return { tokens: files.need('tokens'), numThreads: threads, provider: 'cpu', debug: 0, ...pieces }
}

function search(hotwords: Hotwords | undefined): object {
  return hotwords
    ? { decodingMethod: 'modified_beam_search', maxActivePaths: guesses }
    : { decodingMethod: 'greedy_search' }
}
