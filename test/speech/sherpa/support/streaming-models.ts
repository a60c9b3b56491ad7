import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { melBinOf, melBins, rival, toneWords } from './tones.js'

const sounds: readonly (readonly [word: string, hz: number, weight: number])[] = [
  ...Object.entries(toneWords).map(([word, hz]) => [word, hz, 1] as const),
  [rival.word, toneWords[rival.like], 1.03],
]
const tokens = ['<blk>', ...sounds.map(([word]) => `▁${word.toUpperCase()}`)]
/** Log energy above which a tone is louder than nothing at all: silence has -16, a tone 5 and more. */
const threshold = 0
/** Frames of 10 ms that a model takes at a time, and how many of them become one. */
const chunkFrames = 16
const subsampling = 4

/** Weights that turn 80 mel bins into a score for each token; the blank's is the bias alone. */
function toneWeights(): number[] {
  const weights = new Array(melBins * tokens.length).fill(0)
  sounds.forEach(([, hz, weight], i) => {
    for (const bin of [-1, 0, 1]) weights[(melBinOf(hz) + bin) * tokens.length + i + 1] = weight / 3
  })
  return weights
}

/** From features [N, chunkFrames, 80] to scores [N, chunkFrames / subsampling, tokens]. */
function scores(model: OnnxModel, features: string): string {
  const groups = model.node('Reshape', [
    features,
    model.ints([0, chunkFrames / subsampling, subsampling, melBins]),
  ])
  const frames = model.node('ReduceMean', [groups], { axes: [2], keepdims: 0 })
  const energies = model.node('MatMul', [frames, model.floats(toneWeights(), [melBins, tokens.length])])
  const bias = tokens.map((_, i) => (i === 0 ? threshold : 0))
  return model.node('Add', [energies, model.floats(bias, [tokens.length])])
}

/** A streaming Conformer transducer, as sherpa-onnx's online-conformer-transducer-model.cc loads it. */
export function writeStreamingTransducer(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const v = tokens.length
  const encoder = new OnnxModel({
    model_type: 'conformer',
    num_encoder_layers: 1,
    T: chunkFrames,
    decode_chunk_len: chunkFrames,
    left_context: 1,
    encoder_dim: 1,
    pad_length: 0,
    cnn_module_kernel: 2,
  })
  const x = encoder.input('x', 'float', ['N', chunkFrames, melBins])
  const attention = encoder.input('attn_cache', 'float', [1, 1, 'N', 1])
  const convolution = encoder.input('cnn_cache', 'float', [1, 1, 'N', 1])
  encoder.input('processed_frames', 'int64', ['N'])
  encoder.node('Identity', [scores(encoder, x)], {}, 'encoder_out')
  encoder.node('Identity', [attention], {}, 'new_attn_cache')
  encoder.node('Identity', [convolution], {}, 'new_cnn_cache')
  encoder.output('encoder_out', 'float', ['N', chunkFrames / subsampling, v])
  encoder.output('new_attn_cache', 'float', [1, 1, 'N', 1])
  encoder.output('new_cnn_cache', 'float', [1, 1, 'N', 1])

  // What was said last is not said again: a word is one token, however long its tone.
  const decoder = new OnnxModel({ vocab_size: v, context_size: 2 })
  const y = decoder.input('y', 'int64', ['N', 2])
  const hzOf = (token: number) => sounds[token - 1]?.[1]
  const table = tokens.flatMap((_, row) =>
    tokens.map((__, column) => (row > 0 && hzOf(row) === hzOf(column) ? 1000 : 0)),
  )
  const embedded = decoder.node('Gather', [decoder.floats(table, [v, v]), y])
  decoder.node('Gather', [embedded, decoder.ints([1], [])], { axis: 1 }, 'decoder_out')
  decoder.output('decoder_out', 'float', ['N', v])

  const joiner = new OnnxModel({ joiner_dim: v })
  const from = [
    joiner.input('encoder_out', 'float', ['N', v]),
    joiner.input('decoder_out', 'float', ['N', v]),
  ]
  joiner.node('Sub', from, {}, 'logit')
  joiner.output('logit', 'float', ['N', v])

  writeFileSync(join(folder, 'encoder.onnx'), encoder.encode())
  writeFileSync(join(folder, 'decoder.onnx'), decoder.encode())
  writeFileSync(join(folder, 'joiner.onnx'), joiner.encode())
  writeTokens(folder)
}

/** A streaming Zipformer CTC model, as sherpa-onnx's online-zipformer2-ctc-model.cc loads it: one layer of six states. */
export function writeStreamingCtc(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const model = new OnnxModel({
    model_type: 'zipformer2',
    version: 1,
    encoder_dims: 4,
    query_head_dims: 1,
    value_head_dims: 1,
    num_heads: 1,
    num_encoder_layers: 1,
    cnn_module_kernels: 3,
    left_context_len: 1,
    T: chunkFrames,
    decode_chunk_len: chunkFrames,
  })
  const x = model.input('x', 'float', ['N', chunkFrames, melBins])
  const states: readonly (readonly [name: string, shape: readonly (number | string)[]])[] = [
    ['cached_key_0', [1, 'N', 1]],
    ['cached_nonlin_attn_0', [1, 'N', 1, 3]],
    ['cached_val1_0', [1, 'N', 1]],
    ['cached_val2_0', [1, 'N', 1]],
    ['cached_conv1_0', ['N', 4, 1]],
    ['cached_conv2_0', ['N', 4, 1]],
    ['embed_states', ['N', 128, 3, 19]],
  ]
  for (const [name, shape] of states) model.input(name, 'float', shape)
  model.input('processed_lens', 'int64', ['N'])
  model.node('LogSoftmax', [scores(model, x)], { axis: -1 }, 'log_probs')
  model.output('log_probs', 'float', ['N', chunkFrames / subsampling, tokens.length])
  for (const [name, shape] of states) {
    model.node('Identity', [name], {}, `new_${name}`)
    model.output(`new_${name}`, 'float', shape)
  }
  model.node('Identity', ['processed_lens'], {}, 'new_processed_lens')
  model.output('new_processed_lens', 'int64', ['N'])
  writeFileSync(join(folder, 'model.onnx'), model.encode())
  writeTokens(folder)
}

function writeTokens(folder: string): void {
  writeFileSync(join(folder, 'tokens.txt'), tokens.map((token, id) => `${token} ${id}\n`).join(''))
}
