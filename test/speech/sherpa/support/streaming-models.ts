import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { tokenScores, tokens, writeDecoderAndJoiner, writeTokens } from './tone-scores.js'
import { melBins } from './tones.js'

/** Frames of 10 ms that a model takes at a time, and how many of them become one. */
const chunkFrames = 16
const subsampling = 4

/** From features [N, chunkFrames, 80] to scores [N, chunkFrames / subsampling, tokens]. */
function scores(model: OnnxModel, features: string, ofFrames = tokenScores): string {
  const groups = model.node('Reshape', [
    features,
    model.ints([0, chunkFrames / subsampling, subsampling, melBins]),
  ])
  const frames = model.node('ReduceMean', [groups], { axes: [2], keepdims: 0 })
  return ofFrames(model, frames)
}

/** A streaming Conformer transducer, as sherpa-onnx's online-conformer-transducer-model.cc loads it. */
export function writeStreamingTransducer(folder: string, ofFrames = tokenScores): void {
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
  encoder.node('Identity', [scores(encoder, x, ofFrames)], {}, 'encoder_out')
  encoder.node('Identity', [attention], {}, 'new_attn_cache')
  encoder.node('Identity', [convolution], {}, 'new_cnn_cache')
  encoder.output('encoder_out', 'float', ['N', chunkFrames / subsampling, v])
  encoder.output('new_attn_cache', 'float', [1, 1, 'N', 1])
  encoder.output('new_cnn_cache', 'float', [1, 1, 'N', 1])

  writeFileSync(join(folder, 'encoder.onnx'), encoder.encode())
  writeDecoderAndJoiner(folder)
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

/** A streaming transducer that knows one word, and takes any voice for it: for what real telephones send. */
export function writeVoiceTransducer(folder: string): void {
  writeStreamingTransducer(folder, voiceScores)
}

/** The first word's score is the mean energy of the band that voices are in. */
function voiceScores(model: OnnxModel, frames: string): string {
  const weights = new Array(melBins * tokens.length).fill(0)
  for (let bin = 5; bin < 25; bin++) weights[bin * tokens.length + 1] = 1 / 20
  const energies = model.node('MatMul', [frames, model.floats(weights, [melBins, tokens.length])])
  // Quieter than this is a line's own noise.
  const bias = tokens.map((_, i) => (i < 2 ? (i === 0 ? -3 : 0) : -100))
  return model.node('Add', [energies, model.floats(bias, [tokens.length])])
}
