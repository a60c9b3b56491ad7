import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { tokenScores, tokens, writeDecoderAndJoiner, writeTokens } from './tone-scores.js'
import { melBins } from './tones.js'

/** A Conformer transducer that hears all at once, as sherpa-onnx's offline-transducer-model.cc loads it. */
export function writeTransducer(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const encoder = new OnnxModel({ model_type: 'conformer' })
  scoreAll(encoder, 'Identity', 'encoder_out', 'encoder_out_lens')
  writeFileSync(join(folder, 'encoder.onnx'), encoder.encode())
  writeDecoderAndJoiner(folder)
  writeTokens(folder)
}

/** A Zipformer CTC model that hears all at once, as sherpa-onnx's offline-zipformer-ctc-model.cc loads it. */
export function writeZipformerCtc(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const model = new OnnxModel({ model_type: 'zipformer2_ctc', version: 1 })
  scoreAll(model, 'LogSoftmax', 'log_probs', 'log_probs_len')
  writeFileSync(join(folder, 'model.onnx'), model.encode())
  writeTokens(folder)
}

function scoreAll(model: OnnxModel, last: string, scores: string, lengths: string): void {
  const x = model.input('x', 'float', ['N', 'T', melBins])
  const xLengths = model.input('x_lens', 'int64', ['N'])
  model.node(last, [tokenScores(model, x)], {}, scores)
  model.node('Identity', [xLengths], {}, lengths)
  model.output(scores, 'float', ['N', 'T', tokens.length])
  model.output(lengths, 'int64', ['N'])
}
