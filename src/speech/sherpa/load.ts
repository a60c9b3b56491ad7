import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InstalledModel } from '../../models/index.js'
import { whisperLanguage } from '../whisper-languages.js'
import type { OfflineRecognizer, OnlineRecognizer, Sherpa, SherpaStream } from './addon.js'
import { Tokens } from './hotwords.js'
import { ModelFiles } from './model-files.js'
import {
  type Hotwords,
  offlineConfig,
  type RecogniserOptions,
  streamingConfig,
  takesHotwords,
} from './recogniser-config.js'

/** How a recogniser is loaded. Plain data. */
export interface LoadOptions extends Omit<RecogniserOptions, 'hotwords'> {
  readonly hints: readonly string[]
}

export interface LoadedStreaming {
  readonly recogniser: OnlineRecognizer
  readonly tokens: Tokens
}

export interface LoadedOffline {
  readonly recogniser: OfflineRecognizer
  readonly tokens: Tokens
  /** A stream for one stretch of speech, with the hints that the model was loaded with. */
  readonly createStream: () => SherpaStream
  /** Changes the language that is understood, where the model can be told; '' finds it out. @param language primary subtag */
  readonly setLanguage: (language: string) => void
}

/** @throws Error when a file is missing. One that is no model ends the process: see `checkModel`. */
export function loadStreaming(sherpa: Sherpa, model: InstalledModel, options: LoadOptions): LoadedStreaming {
  const tokens = Tokens.read(new ModelFiles(model).need('tokens'))
  const recogniser = withHotwords(model, tokens, options.hints, (hotwords) => {
    return new sherpa.OnlineRecognizer(streamingConfig(model, { ...options, hotwords }))
  })
  return { recogniser, tokens }
}

/** @throws Error as `loadStreaming` */
export function loadOffline(sherpa: Sherpa, model: InstalledModel, options: LoadOptions): LoadedOffline {
  const tokens = Tokens.read(new ModelFiles(model).need('tokens'))
  let current = ''
  let phrases: string | undefined
  const recogniser = withHotwords(model, tokens, options.hints, (hotwords) => {
    phrases = hotwords?.lines.join('/')
    return new sherpa.OfflineRecognizer(offlineConfig(model, { ...options, hotwords }, current))
  })
  return {
    recogniser,
    tokens,
    createStream: () =>
      phrases === undefined ? recogniser.createStream() : recogniser.createStream(phrases),
    setLanguage: (language) => {
      // Told of one that it does not know, sherpa-onnx ends the process.
      const told = whisperLanguage(language) ?? ''
      if (model.kind !== 'whisper' || told === current) return
      current = told
      recogniser.setConfig(offlineConfig(model, options, told))
    },
  }
}

/** Loads with hints, where the model takes them and knows their letters; their pieces are read while it loads. */
function withHotwords<Recogniser>(
  model: InstalledModel,
  tokens: Tokens,
  hints: readonly string[],
  load: (hotwords: Hotwords | undefined) => Recogniser,
): Recogniser {
  const lines = takesHotwords(model.kind) ? tokens.hotwords(hints) : []
  if (lines.length === 0) return load(undefined)
  const own = new ModelFiles(model).find('bpeVocab')
  if (own) return load({ lines, unit: tokens.unit, vocabulary: own })
  const folder = mkdtempSync(join(tmpdir(), 'parley-pieces-'))
  try {
    const vocabulary = join(folder, 'bpe.vocab')
    writeFileSync(vocabulary, tokens.vocabulary())
    return load({ lines, unit: tokens.unit, vocabulary })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
