import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { melBinOf, melBins, rival, toneWords } from './tones.js'

const sounds: readonly (readonly [word: string, hz: number, weight: number])[] = [
  ...Object.entries(toneWords).map(([word, hz]) => [word, hz, 1] as const),
  [rival.word, toneWords[rival.like], 1.03],
]
export const tokens = ['<blk>', ...sounds.map(([word]) => `▁${word.toUpperCase()}`)]
/** Log energy above which a tone is louder than nothing at all: silence has -16, a tone 5 and more. */
const threshold = 2
/** Weights that turn 80 mel bins into a score for each token; the blank's is the bias alone. */
function toneWeights(): number[] {
  const weights = new Array(melBins * tokens.length).fill(0)
  sounds.forEach(([, hz, weight], i) => {
    for (const bin of [-1, 0, 1]) weights[(melBinOf(hz) + bin) * tokens.length + i + 1] = weight / 3
  })
  return weights
}

/** From frames [N, T, 80] to scores of tokens [N, T, tokens]. */
export function tokenScores(model: OnnxModel, frames: string): string {
  const energies = model.node('MatMul', [frames, model.floats(toneWeights(), [melBins, tokens.length])])
  const bias = tokens.map((_, i) => (i === 0 ? threshold : 0))
  return model.node('Add', [energies, model.floats(bias, [tokens.length])])
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
  writeFileSync(join(folder, 'tokens.txt'), tokens.map((token, id) => `${token} ${id}\n`).join(''))
}
