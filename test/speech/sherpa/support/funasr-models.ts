import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { scales } from './tones.js'
import {
  melScores,
  onsets,
  rowOf,
  type Vocabulary,
  vocabulary,
  wordRows,
  writeVocabulary,
} from './vocabulary.js'

const { bins } = scales.funasr
/** Frames of 10 ms that are one frame of FunASR's models, and how far the next one is. */
const [window, shift] = [7, 6]
/** Samples are whole numbers to these models, whose log energies are so much greater. */
const louder = 2 * Math.log(32_768)

/** What FunASR's models say of their features: normalised, they are as loud as those of others. */
function features(): Record<string, string | number> {
  const repeated = (value: number) => new Array(bins * window).fill(value).join(',')
  return {
    lfr_window_size: window,
    lfr_window_shift: shift,
    normalize_samples: 0,
    neg_mean: repeated(-louder),
    inv_stddev: repeated(1),
  }
}

/** From stacked frames [N, T, bins * window] to scores of tokens [N, T, tokens]. */
function stackedScores(model: OnnxModel, stacked: string, known: Vocabulary, loudness = 1): string {
  const apart = model.node('Reshape', [stacked, model.ints([0, -1, window, bins])])
  const frames = model.node('ReduceMean', [apart], { axes: [2], keepdims: 0 })
  const scaled = model.node('Mul', [frames, model.floats([loudness], [])])
  return melScores(model, scaled, known, scales.funasr)
}

/**
 * SenseVoice, as sherpa-onnx's offline-sense-voice-model.cc loads it: before what was said it names the language (Korean,
 * where it is to find out), a mood, a kind of sound, and how it writes. It says nothing unless it may punctuate.
 */
export function writeSenseVoice(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const languages = { auto: 0, zh: 3, en: 4, yue: 7, ja: 11, ko: 12 }
  const writing = { without_itn: 14, with_itn: 15 }
  const known = vocabulary(['<blk>', '<|ko|>', '<|en|>', '<|NEUTRAL|>', '<|Speech|>', '<|withitn|>'], '<blk>')
  const size = known.tokens.length
  const row = (token: string) => rowOf(known, known.tokens.indexOf(token))
  const model = new OnnxModel({
    vocab_size: size,
    ...features(),
    ...writing,
    ...Object.fromEntries(Object.entries(languages).map(([name, id]) => [`lang_${name}`, id])),
  })
  const speech = model.input('x', 'float', ['N', 'T', bins * window])
  for (const name of ['x_length', 'language', 'text_norm']) model.input(name, 'int32', ['N'])

  const spoken = Array.from({ length: 16 }, (_, id) => row(id === languages.en ? '<|en|>' : '<|ko|>'))
  const language = model.node('Gather', [model.floats(spoken.flat(), [16, 1, size]), 'language'])
  const others = ['<|NEUTRAL|>', '<|Speech|>', '<|withitn|>'].flatMap(row)
  const permitted = Array.from({ length: 16 }, (_, id) =>
    known.tokens.map((_, i) => (id === writing.with_itn || i === known.blank ? 0 : -1000)),
  )
  const allowed = model.node('Gather', [model.floats(permitted.flat(), [16, 1, size]), 'text_norm'])
  const said = model.node('Add', [stackedScores(model, speech, known), allowed])
  model.node('Concat', [language, model.floats(others, [1, 3, size]), said], { axis: 1 }, 'logits')
  model.output('logits', 'float', ['N', 'T + 4', size])
  writeFileSync(join(folder, 'model.int8.onnx'), model.encode())
  writeVocabulary(folder, known)
}

const paraformer = vocabulary(['<blank>', '<s>', '</s>'], '<blank>', ['<unk>'], (word) => word)
const paraformerSize = paraformer.tokens.length

/** Paraformer, as sherpa-onnx's offline-paraformer-model.cc loads it: a row for each word, then the end. */
export function writeParaformer(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const model = new OnnxModel({ vocab_size: paraformerSize, ...features() })
  const speech = model.input('speech', 'float', ['N', 'T', bins * window])
  const lengths = model.input('speech_lengths', 'int32', ['N'])
  const scores = stackedScores(model, speech, paraformer)
  const rows = wordRows(model, scores, paraformer, paraformer.tokens.indexOf('</s>'))
  model.node('Identity', [rows], {}, 'logits')
  model.output('logits', 'float', ['N', 'words', paraformerSize])
  model.node('Identity', [lengths], {}, 'token_num')
  model.output('token_num', 'int32', ['N'])
  writeFileSync(join(folder, 'model.int8.onnx'), model.encode())
  writeVocabulary(folder, paraformer)
}

/**
 * A streaming Paraformer, as sherpa-onnx's online-paraformer-model.cc loads it: the encoder tells in which frames a word
 * begins, the decoder which one.
 */
export function writeStreamingParaformer(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const encoder = new OnnxModel({
    vocab_size: paraformerSize,
    encoder_output_size: paraformerSize,
    decoder_num_blocks: 1,
    decoder_kernel_size: 3,
    ...features(),
  })
  const speech = encoder.input('speech', 'float', ['N', 'T', bins * window])
  const lengths = encoder.input('speech_lengths', 'int32', ['N'])
  // sherpa-onnx multiplies what the encoder sees.
  const scores = stackedScores(encoder, speech, paraformer, paraformerSize ** -0.5)
  encoder.node('Identity', [scores], {}, 'enc')
  encoder.output('enc', 'float', ['N', 'T', paraformerSize])
  encoder.node('Identity', [lengths], {}, 'enc_len')
  encoder.output('enc_len', 'int32', ['N'])
  encoder.node('Identity', [onsets(encoder, scores, paraformer)], {}, 'alphas')
  encoder.output('alphas', 'float', ['N', 'T'])
  writeFileSync(join(folder, 'encoder.int8.onnx'), encoder.encode())

  const decoder = new OnnxModel()
  decoder.input('enc', 'float', ['N', 'T', paraformerSize])
  decoder.input('enc_len', 'int32', ['N'])
  const words = decoder.input('acoustic_embeds', 'float', ['N', 'words', paraformerSize])
  decoder.input('acoustic_embeds_len', 'int32', ['N'])
  const cache = decoder.input('in_cache_0', 'float', ['N', paraformerSize, 2])
  decoder.node('Identity', [words], {}, 'logits')
  decoder.output('logits', 'float', ['N', 'words', paraformerSize])
  decoder.node('ArgMax', [words], { axis: -1, keepdims: 0 }, 'sample_ids')
  decoder.output('sample_ids', 'int64', ['N', 'words'])
  decoder.node('Identity', [cache], {}, 'out_cache_0')
  decoder.output('out_cache_0', 'float', ['N', paraformerSize, 2])
  writeFileSync(join(folder, 'decoder.int8.onnx'), decoder.encode())
  writeVocabulary(folder, paraformer)
}
