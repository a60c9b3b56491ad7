import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { melScores, sounds, vocabulary, writeVocabulary } from './vocabulary.js'

/** Of icefall's models: capitals, the blank first. */
const known = vocabulary(['<blk>'], '<blk>', [], (word) => `▁${word.toUpperCase()}`)
export const { tokens } = known

/** From frames [N, T, 80] to scores of tokens [N, T, tokens]. */
export function tokenScores(model: OnnxModel, frames: string): string {
  return melScores(model, frames, known)
}

/** The parts of a transducer beside its encoder: what was said last is not said again, so that a word is one token. */
export function writeDecoderAndJoiner(folder: string): void {
  const v = tokens.length
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

  writeFileSync(join(folder, 'decoder.onnx'), decoder.encode())
  writeFileSync(join(folder, 'joiner.onnx'), joiner.encode())
}

export function writeTokens(folder: string): void {
  writeVocabulary(folder, known)
}
