import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OnnxModel } from './onnx.js'
import { type MelScale, melBinOf, rival, scales, toneWords } from './tones.js'

/** Words of the small models' language, and how much louder than it is each sounds to them. */
export const sounds: readonly (readonly [word: string, hz: number, weight: number])[] = [
  ...Object.entries(toneWords).map(([word, hz]) => [word, hz, 1] as const),
  [rival.word, toneWords[rival.like], 1.03],
]

/** What a model writes in: a piece for each word, and those that its kind has beside them. */
export interface Vocabulary {
  readonly tokens: readonly string[]
  /** Number of the first word. */
  readonly first: number
  /** Number of what is heard where nothing is said. */
  readonly blank: number
}

/** @param spell how a word is written; in sentencepiece's way unless told */
export function vocabulary(
  before: readonly string[],
  blank: string,
  after: readonly string[] = [],
  spell = (word: string) => `▁${word}`,
): Vocabulary {
  const tokens = [...before, ...sounds.map(([word]) => spell(word)), ...after]
  return { tokens, first: before.length, blank: tokens.indexOf(blank) }
}

export function writeVocabulary(folder: string, { tokens }: Pick<Vocabulary, 'tokens'>): void {
  writeFileSync(join(folder, 'tokens.txt'), tokens.map((token, id) => `${token} ${id}\n`).join(''))
}

/** A row of scores that says one token, whatever was heard. */
export function rowOf({ tokens }: Vocabulary, token: number): number[] {
  return tokens.map((_, i) => (i === token ? 1 : never))
}

/** Score of what is never said. */
const never = -1000

/**
 * From log energies of mel bins [N, T, bins] to scores of tokens [N, T, tokens].
 * @param threshold energy above which a tone is louder than nothing at all: silence has -16, a tone 5 and more
 */
export function melScores(
  model: OnnxModel,
  frames: string,
  known: Vocabulary,
  scale: MelScale = scales.icefall,
  threshold = 2,
): string {
  const size = known.tokens.length
  const weights = new Array(scale.bins * size).fill(0)
  sounds.forEach(([, hz, weight], i) => {
    for (const bin of [-1, 0, 1]) weights[(melBinOf(hz, scale) + bin) * size + known.first + i] = weight / 3
  })
  const energies = model.node('MatMul', [frames, model.floats(weights, [scale.bins, size])])
  return model.node('Add', [energies, model.floats(silence(known, threshold), [size])])
}

/**
 * From samples [N, 1, n] to scores of tokens [N, T, tokens], for models that hear no mel bins: how much of each tone there
 * is in every stretch.
 * @param rate Hz
 * @param stretch samples
 * @param threshold log energy, as with `melScores`
 */
export function sampleScores(
  model: OnnxModel,
  samples: string,
  known: Vocabulary,
  {
    rate,
    stretch,
    threshold,
  }: { readonly rate: number; readonly stretch: number; readonly threshold: number },
): string {
  const [words, size] = [sounds.length, known.tokens.length]
  const waves = [Math.cos, Math.sin].flatMap((wave) =>
    sounds.flatMap(([, hz]) =>
      Array.from({ length: stretch }, (_, n) => wave((2 * Math.PI * hz * n) / rate)),
    ),
  )
  const filters = model.floats(waves, [2 * words, 1, stretch])
  const parts = model.node('Conv', [samples, filters], { kernel_shape: [stretch], strides: [stretch] })
  const pairs = model.node('Reshape', [model.node('Mul', [parts, parts]), model.ints([0, 2, words, -1])])
  const power = model.node('ReduceSum', [pairs, model.ints([1])], { keepdims: 0 })
  const energies = model.node('Log', [model.node('Add', [power, model.floats([1e-6], [])])])
  const weights = new Array(words * size).fill(0)
  sounds.forEach(([, , weight], i) => {
    weights[i * size + known.first + i] = weight
  })
  const frames = model.node('Transpose', [energies], { perm: [0, 2, 1] })
  const scores = model.node('MatMul', [frames, model.floats(weights, [words, size])])
  return model.node('Add', [scores, model.floats(silence(known, threshold), [size])])
}

/** Where a word begins: [N, T] of 1 and 0, from scores [N, T, tokens]. */
export function onsets(model: OnnxModel, scores: string, { blank }: Vocabulary): string {
  const heard = model.node('ArgMax', [scores], { axis: -1, keepdims: 0 })
  const quiet = model.node('Equal', [heard, model.ints([blank], [])])
  const loud = model.cast(model.node('Not', [quiet]), 'float')
  const padded = model.node('Pad', [loud, model.ints([0, 1, 0, 0])])
  const before = model.node('Slice', [padded, model.ints([0]), model.ints([-1]), model.ints([1])])
  return model.node('Sub', [loud, model.node('Mul', [loud, before])])
}

/** What was said, a row of scores for each word, and one of `end` after them: [1, words + 1, tokens]. */
export function wordRows(model: OnnxModel, scores: string, known: Vocabulary, end: number): string {
  const begins = model.cast(model.node('Reshape', [onsets(model, scores, known), model.ints([-1])]), 'bool')
  const rows = model.node('Compress', [scores, begins], { axis: 1 })
  const last = model.floats(rowOf(known, end), [1, 1, known.tokens.length])
  return model.node('Concat', [rows, last], { axis: 1 })
}

function silence({ tokens, first, blank }: Vocabulary, threshold: number): number[] {
  return tokens.map((_, i) => {
    if (i === blank) return threshold
    return i >= first && i < first + sounds.length ? 0 : never
  })
}
