import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { sampleScores, vocabulary, wordRows, writeVocabulary } from './vocabulary.js'

/** Models that take samples, and find tones in them by themselves. */

/** T-one, a streaming CTC model for 8 kHz, as sherpa-onnx's online-t-one-ctc-model.cc loads it. */
export function writeTOne(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const known = vocabulary([], '<blk>', ['<blk>'])
  const [rate, steps, states] = [8000, 10, 4]
  const chunk = (rate * 300) / 1000
  const model = new OnnxModel({ frame_length_ms: 300, state_dim: states, sample_rate: rate })
  const signal = model.input('signal', 'int32', ['N', chunk, 1])
  const state = model.input('state', 'float16', ['N', states])
  const samples = model.node('Transpose', [model.cast(signal, 'float')], { perm: [0, 2, 1] })
  const scores = sampleScores(model, samples, known, { rate, stretch: chunk / steps, threshold: 24 })
  model.node('LogSoftmax', [scores], { axis: -1 }, 'logprobs')
  model.output('logprobs', 'float', ['N', steps, known.tokens.length])
  model.node('Identity', [state], {}, 'state_next')
  model.output('state_next', 'float16', ['N', states])
  writeFileSync(join(folder, 'model.onnx'), model.encode())
  writeVocabulary(folder, known)
}

const moonshine = vocabulary(['<unk>', '<s>', '</s>'], '<unk>')
const moonshineSize = moonshine.tokens.length

/** Moonshine's first form, of four files, as sherpa-onnx's offline-moonshine-model.cc loads it. */
export function writeMoonshine(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const preprocessor = new OnnxModel()
  const audio = preprocessor.input('audio', 'float', ['N', 'samples'])
  const samples = preprocessor.node('Unsqueeze', [audio, preprocessor.ints([1])])
  const scores = sampleScores(preprocessor, samples, moonshine, { rate: 16_000, stretch: 384, threshold: 4 })
  preprocessor.node('Identity', [scores], {}, 'features')
  preprocessor.output('features', 'float', ['N', 'T', moonshineSize])

  const encoder = new OnnxModel()
  const features = encoder.input('features', 'float', ['N', 'T', moonshineSize])
  encoder.input('features_len', 'int32', [1])
  encoder.node('Identity', [features], {}, 'context')
  encoder.output('context', 'float', ['N', 'T', moonshineSize])

  writeFileSync(join(folder, 'preprocess.onnx'), preprocessor.encode())
  writeFileSync(join(folder, 'encode.int8.onnx'), encoder.encode())
  writeFileSync(join(folder, 'uncached_decode.int8.onnx'), moonshineDecoder(false))
  writeFileSync(join(folder, 'cached_decode.int8.onnx'), moonshineDecoder(true))
  writeVocabulary(folder, moonshine)
}

/** Says one word after the other. @param cached whether it is given what it remembers */
function moonshineDecoder(cached: boolean): Uint8Array {
  const model = new OnnxModel()
  model.input('token', 'int32', [1, 1])
  const context = model.input('context', 'float', [1, 'T', moonshineSize])
  const length = model.input('seq_len', 'int32', [1])
  const memory = cached ? model.input('memory', 'float', [1, 1]) : model.floats([0], [1, 1])
  const rows = wordRows(model, context, moonshine, moonshine.tokens.indexOf('</s>'))
  const said = model.node('Sub', [model.cast(length, 'int64'), model.ints([1])])
  model.node('Gather', [rows, said], { axis: 1 }, 'logits')
  model.output('logits', 'float', [1, 1, moonshineSize])
  model.node('Identity', [memory], {}, 'memory_next')
  model.output('memory_next', 'float', [1, 1])
  return model.encode()
}
