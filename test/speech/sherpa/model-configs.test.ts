import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ModelFolder, type ModelKind } from '../../../src/models/index.js'
import { offlineConfig, streamingConfig } from '../../../src/speech/sherpa/recogniser-config.js'
import { languageOfLoading, voiceConfig } from '../../../src/speech/sherpa/voice-config.js'
import { TestModels } from './support/models.js'

let models: TestModels
beforeEach(() => {
  models = new TestModels()
})
afterEach(() => models.remove())

/** A model with empty files of these names, as k2-fsa packs them. */
function modelOf(kind: ModelKind, files: readonly string[], languages = ['en']) {
  models.add(
    'one',
    kind,
    (folder) => {
      for (const name of files) writeFileSync(join(folder, name), '')
    },
    { languages },
  )
  return new ModelFolder(models.dir).find().models[0]!
}

const path = (name: string) => join(models.dir, 'one', name)

describe('what sherpa-onnx is given for', () => {
  it('a streaming transducer of several variants and precisions: one variant, small but for its decoder', () => {
    const parts = ['encoder', 'decoder', 'joiner'].flatMap((part) =>
      ['-left-128', '-left-64'].flatMap((left) => [`${part}${left}.int8.onnx`, `${part}${left}.onnx`]),
    )
    const config = streamingConfig(modelOf('streaming-transducer', [...parts, 'tokens.txt']), {
      threads: 1,
      endOfTurnMs: 700,
    })
    expect(config).toMatchObject({
      modelConfig: {
        transducer: {
          encoder: path('encoder-left-64.int8.onnx'),
          decoder: path('decoder-left-64.onnx'),
          joiner: path('joiner-left-64.int8.onnx'),
        },
      },
      decodingMethod: 'greedy_search',
      rule2MinTrailingSilence: 0.7,
    })
  })

  it('Whisper, whose decoder is the greater part', () => {
    const parts = ['encoder', 'decoder'].flatMap((part) => [`tiny-${part}.onnx`, `tiny-${part}.int8.onnx`])
    const files = [...parts, 'tiny-tokens.txt']
    expect(offlineConfig(modelOf('whisper', files), { threads: 2 }, 'de')).toMatchObject({
      modelConfig: {
        whisper: {
          encoder: path('tiny-encoder.int8.onnx'),
          decoder: path('tiny-decoder.int8.onnx'),
          language: 'de',
        },
        tokens: path('tiny-tokens.txt'),
        numThreads: 2,
      },
    })
  })

  it('Moonshine', () => {
    const files = ['preprocess', 'encode.int8', 'uncached_decode.int8', 'cached_decode.int8']
    const model = modelOf('moonshine', [...files.map((name) => `${name}.onnx`), 'tokens.txt'])
    expect(offlineConfig(model, { threads: 1 }, '')).toMatchObject({
      modelConfig: {
        moonshine: {
          preprocessor: path('preprocess.onnx'),
          encoder: path('encode.int8.onnx'),
          uncachedDecoder: path('uncached_decode.int8.onnx'),
          cachedDecoder: path('cached_decode.int8.onnx'),
        },
      },
    })
  })

  it('Kokoro, which is loaded for a language', () => {
    const files = ['model.int8.onnx', 'voices.bin', 'tokens.txt', 'espeak-ng-data', 'lexicon-us-en.txt']
    const more = ['lexicon-gb-en.txt', 'lexicon-zh.txt', 'date-zh.fst', 'number-zh.fst', 'phone-zh.fst']
    const model = modelOf('kokoro', [...files, ...more], ['en', 'es', 'zh'])
    const kokoro = { model: path('model.int8.onnx'), voices: path('voices.bin') }
    const american = voiceConfig(model, 1, '')
    expect(american).toMatchObject({
      model: { kokoro: { ...kokoro, lexicon: `${path('lexicon-us-en.txt')},${path('lexicon-zh.txt')}` } },
      maxNumSentences: 1,
    })
    expect(american).not.toHaveProperty('model.kokoro.lang')
    expect(american).not.toHaveProperty('ruleFsts')
    const chinese = voiceConfig(model, 1, 'zh')
    expect(chinese).not.toHaveProperty('model.kokoro.lang')
    expect(chinese).toHaveProperty(
      'ruleFsts',
      ['phone-zh.fst', 'date-zh.fst', 'number-zh.fst'].map(path).join(','),
    )
    expect(voiceConfig(model, 1, 'es')).toMatchObject({ model: { kokoro: { lang: 'es' } } })
    const loadings = ['en-US', 'en-GB', 'zh-CN', 'es-ES', 'pt-BR'].map((tag) => languageOfLoading(model, tag))
    expect(loadings).toEqual(['', 'en', 'zh', 'es', 'pt-br'])
  })

  it.each(['vocos-22khz-univ.onnx', 'hifigan_v2.onnx'])('Matcha, with %s beside it', (vocoder) => {
    const files = ['model-steps-3.onnx', vocoder, 'tokens.txt', 'espeak-ng-data']
    expect(voiceConfig(modelOf('matcha', files), 1, '')).toMatchObject({
      model: { matcha: { acousticModel: path('model-steps-3.onnx'), vocoder: path(vocoder) } },
    })
  })

  it('KittenTTS', () => {
    const files = ['model.fp16.onnx', 'voices.bin', 'tokens.txt', 'espeak-ng-data']
    const [model, voices, tokens, dataDir] = files.map(path)
    expect(voiceConfig(modelOf('kitten', files), 1, '')).toMatchObject({
      model: { kitten: { model, voices, tokens, dataDir } },
    })
  })

  it('a model that lacks a file: what is missing', () => {
    const model = modelOf('matcha', ['model-steps-3.onnx', 'tokens.txt'])
    expect(() => voiceConfig(model, 1, '')).toThrow('one has no file for "vocoder"')
  })
})
