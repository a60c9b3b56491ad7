import type { OnnxModel } from './onnx.js'

interface Tones {
  /** Hz of the sound that comes out. */
  readonly rate: number
  /** For each piece of text that the model knows, how loud it is, 0 to 1. */
  readonly loudness: readonly number[]
  /** Names of values: the pieces of a text, [1, L]; the speaker's Hz, [1, 1]; samples of a piece, [1]. */
  readonly pieces: string
  readonly hz: string
  readonly samples: string
}

/** Adds to a model that each piece of a text becomes a tone. @returns the name of the sound, [1, L pieces, samples] */
export function tonesOf(model: OnnxModel, { rate, loudness, pieces, hz, samples }: Tones): string {
  const number = (value: number) => model.floats([value], [])
  const loud = model.node('Gather', [model.floats(loudness, [loudness.length]), pieces])
  const end = model.node('Floor', [model.node('Squeeze', [samples])])
  const times = model.node('Range', [number(0), end, number(1)])
  const radians = model.node('Mul', [times, model.node('Mul', [hz, number((2 * Math.PI) / rate)])])
  const tone = model.node('Mul', [model.node('Cos', [radians]), number(0.3)])
  return model.node('Mul', [model.node('Unsqueeze', [loud, model.ints([2])]), tone])
}
