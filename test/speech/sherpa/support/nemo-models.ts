import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { type MelScale, scales } from './tones.js'
import { melScores, sounds, vocabulary, writeVocabulary } from './vocabulary.js'

/** NeMo's models have the blank last, and do not count it. `a` can be written, and is not heard. */
const known = vocabulary([], '<blk>', ['▁a', '<blk>'])
const size = known.tokens.length
const vocabSize = size - 1
/** Frames of 10 ms that become one. */
const subsampling = 8
/** Slaney's bins are normalised by how wide they are. */
const threshold = -3

/** Frames that are taken at a time, and those before them that come again; of NeMo's models of 480 ms. */
const [shift, before] = [56, 9]
const streamingMetadata = {
  window_size: before + shift,
  chunk_shift: shift,
  subsampling_factor: subsampling,
  vocab_size: vocabSize,
  cache_last_channel_dim1: 1,
  cache_last_channel_dim2: 2,
  cache_last_channel_dim3: 3,
  cache_last_time_dim1: 1,
  cache_last_time_dim2: 3,
  cache_last_time_dim3: 2,
}

/** A CTC model that hears all at once, as sherpa-onnx's offline-nemo-enc-dec-ctc-model.cc loads it. */
export function writeNemoCtc(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const model = new OnnxModel({
    model_type: 'EncDecCTCModelBPE',
    vocab_size: vocabSize,
    subsampling_factor: subsampling,
    normalize_type: '',
  })
  const signal = model.input('audio_signal', 'float', ['N', scales.librosa.bins, 'T'])
  model.input('length', 'int64', ['N'])
  const scores = melScores(model, frames(model, signal), known, scales.librosa, threshold)
  model.node('LogSoftmax', [scores], { axis: -1 }, 'logprobs')
  model.output('logprobs', 'float', ['N', 'S', size])
  writeFileSync(join(folder, 'model.onnx'), model.encode())
  writeVocabulary(folder, known)
}

/** A streaming FastConformer CTC model, as sherpa-onnx's online-nemo-ctc-model.cc loads it. */
export function writeStreamingNemoCtc(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const model = new OnnxModel({ model_type: 'EncDecHybridRNNTCTCBPEModel', ...streamingMetadata })
  streamingScores(model, scales.icefall, 2, (scores) => {
    model.node('LogSoftmax', [scores], { axis: -1 }, 'logprobs')
    model.output('logprobs', 'float', ['N', shift / subsampling, size])
  })
  writeFileSync(join(folder, 'model.onnx'), model.encode())
  writeVocabulary(folder, known)
}

/** A streaming FastConformer transducer, as sherpa-onnx's online-transducer-nemo-model.cc loads it. */
export function writeStreamingNemoTransducer(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const encoder = new OnnxModel({
    model_type: 'EncDecHybridRNNTCTCBPEModel',
    ...streamingMetadata,
    normalize_type: 'NA',
    pred_rnn_layers: 1,
    pred_hidden: 2,
  })
  streamingScores(encoder, { ...scales.librosa, bins: 128 }, threshold, (scores) => {
    encoder.node('Transpose', [scores], { perm: [0, 2, 1] }, 'outputs')
    encoder.output('outputs', 'float', ['N', size, shift / subsampling])
  })
  writeFileSync(join(folder, 'encoder.int8.onnx'), encoder.encode())
  writePredictor(folder)
  writeJoiner(folder, [])
  writeVocabulary(folder, known)
}

/** Inputs, outputs and scores of a model that keeps what it needs of what it heard. */
function streamingScores(
  model: OnnxModel,
  scale: MelScale,
  above: number,
  output: (scores: string) => void,
): void {
  const signal = model.input('audio_signal', 'float', ['N', scale.bins, before + shift])
  model.input('length', 'int64', ['N'])
  const caches = [
    ['cache_last_channel', 'float', ['N', 1, 2, 3]],
    ['cache_last_time', 'float', ['N', 1, 3, 2]],
    ['cache_last_channel_len', 'int64', ['N']],
  ] as const
  for (const [name, element, shape] of caches) model.input(name, element, shape)
  const now = model.node('Slice', [
    signal,
    model.ints([before]),
    model.ints([before + shift]),
    model.ints([2]),
  ])
  output(melScores(model, frames(model, now), known, scale, above))
  model.node('Identity', ['length'], {}, 'encoded_lengths')
  model.output('encoded_lengths', 'int64', ['N'])
  for (const [name, element, shape] of caches) {
    model.node('Identity', [name], {}, `${name}_next`)
    model.output(`${name}_next`, element, shape)
  }
}

/**
 * A transducer that says how long each token is (TDT), as Parakeet is: see sherpa-onnx's offline-transducer-nemo-model.cc.
 * It has 128 mel bins, of which Parley is not told.
 */
export function writeNemoTransducer(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const scale: MelScale = { ...scales.librosa, toHz: 7600, bins: 128 }
  const encoder = new OnnxModel({
    model_type: 'EncDecRNNTBPEModel',
    vocab_size: vocabSize,
    subsampling_factor: subsampling,
    normalize_type: 'NA',
    pred_rnn_layers: 1,
    pred_hidden: 2,
    feat_dim: scale.bins,
    url: 'https://example.test/tones-tdt',
  })
  const signal = encoder.input('audio_signal', 'float', ['N', scale.bins, 'T'])
  const lengths = encoder.input('length', 'int64', ['N'])
  const scores = melScores(encoder, frames(encoder, signal), known, scale, threshold)
  encoder.node('Transpose', [scores], { perm: [0, 2, 1] }, 'outputs')
  encoder.output('outputs', 'float', ['N', size, 'S'])
  encoder.node('Div', [lengths, encoder.ints([subsampling], [])], {}, 'encoded_lengths')
  encoder.output('encoded_lengths', 'int64', ['N'])
  writeFileSync(join(folder, 'encoder.onnx'), encoder.encode())
  writePredictor(folder)
  // Durations of 0 to 4 frames: a token is as long as its frame.
  writeJoiner(folder, [0, 9, 0, 0, 0])
  writeVocabulary(folder, known)
}

/** What was said last is not said again, so that a word is one token. */
function writePredictor(folder: string): void {
  const model = new OnnxModel()
  const targets = model.input('targets', 'int32', ['N', 1])
  const lengths = model.input('target_length', 'int32', ['N'])
  const states = ['states.1', 'onnx::Slice_3']
  for (const name of states) model.input(name, 'float', [1, 'N', 2])
  const table = known.tokens.flatMap((_, last) =>
    known.tokens.map((__, next) => (sounds[last] && sounds[last]![1] === sounds[next]?.[1] ? 1000 : 0)),
  )
  const said = model.node('Gather', [model.floats(table, [size, size]), targets])
  model.node('Transpose', [said], { perm: [0, 2, 1] }, 'outputs')
  model.output('outputs', 'float', ['N', size, 1])
  model.node('Identity', [lengths], {}, 'prednet_lengths')
  model.output('prednet_lengths', 'int32', ['N'])
  states.forEach((name, i) => {
    model.node('Identity', [name], {}, `next_${i}`)
    model.output(`next_${i}`, 'float', [1, 'N', 2])
  })
  writeFileSync(join(folder, 'decoder.onnx'), model.encode())
}

/** @param durations scores of a token's lengths, of models that tell */
function writeJoiner(folder: string, durations: readonly number[]): void {
  const model = new OnnxModel()
  const from = [
    model.input('encoder_outputs', 'float', ['N', size, 1]),
    model.input('decoder_outputs', 'float', ['N', size, 1]),
  ]
  const logits = model.node('Reshape', [model.node('Sub', from), model.ints([0, 1, 1, size])])
  const lengths = model.floats(durations, [1, 1, 1, durations.length])
  model.node('Concat', [logits, lengths], { axis: 3 }, 'outputs')
  model.output('outputs', 'float', ['N', 1, 1, size + durations.length])
  writeFileSync(join(folder, 'joiner.onnx'), model.encode())
}

/** From a signal [N, bins, T] to frames [N, T / subsampling, bins]. */
function frames(model: OnnxModel, signal: string): string {
  const pooled = model.node('AveragePool', [signal], { kernel_shape: [subsampling], strides: [subsampling] })
  return model.node('Transpose', [pooled], { perm: [0, 2, 1] })
}
