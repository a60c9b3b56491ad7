import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { loudness, writePhonemes } from './phonemes.js'
import { tonesOf } from './tones-of.js'

export const voiceRate = 16_000
/** Samples of a letter at the voice's own speed. */
const letterSamples = 1600
/** ms of a letter at the voice's own speed. */
export const letterMs = 100
/** Hz of the speakers' letters; the space between words is silent. */
export const speakerHz = [500, 1000]

const punctuation = [',', '.', '!', '?', ';', ':']
const tokens = [' ', ...punctuation, ...'abcdefghijklmnopqrstuvwxyz']
const words = 'one two three hello world good bye'.split(' ')

/**
 * A Piper voice, as sherpa-onnx's offline-tts-vits-model.cc loads it, with a lexicon in place of eSpeak's data: each letter
 * of a word becomes a tone of 100 ms, as high as the speaker's voice.
 */
export function writePiperVoice(folder: string): void {
  const loud = tokens.map((token) => (token === ' ' ? 0 : 1))
  writeVoice(folder, loud, { add_blank: 0, has_espeak: 0, punctuation: punctuation.join(' ') })
  writeFileSync(join(folder, 'tokens.txt'), tokens.map((token, id) => `${token} ${id}\n`).join(''))
  writeFileSync(join(folder, 'lexicon.txt'), words.map((word) => `${word} ${[...word].join(' ')}\n`).join(''))
}

/** A Piper voice as they are published: eSpeak NG's data tells the sounds of words. A blank follows each. */
export function writeEspeakPiperVoice(folder: string): void {
  writeVoice(folder, loudness, { add_blank: 1, has_espeak: 1 })
  writePhonemes(folder)
}

function writeVoice(
  folder: string,
  loud: readonly number[],
  metadata: Readonly<Record<string, string | number>>,
): void {
  const model = new OnnxModel({
    comment: 'piper',
    language: 'English',
    voice: 'en-us',
    sample_rate: voiceRate,
    n_speakers: speakerHz.length,
    ...metadata,
  })
  const pieces = model.input('input', 'int64', [1, 'L'])
  model.input('input_lengths', 'int64', [1])
  const scales = model.input('scales', 'float', [3])
  const sid = model.input('sid', 'int64', [1])
  const hz = model.node('Gather', [model.floats(speakerHz, [speakerHz.length, 1]), sid])
  const lengthScale = model.node('Gather', [scales, model.ints([1])])
  const samples = model.node('Mul', [lengthScale, model.floats([letterSamples], [1])])
  const spoken = tonesOf(model, { rate: voiceRate, loudness: loud, pieces, hz, samples })
  model.node('Reshape', [spoken, model.ints([1, 1, -1])], {}, 'output')
  model.output('output', 'float', [1, 1, 'T'])
  writeFileSync(join(folder, 'en_US-tones-low.onnx'), model.encode())
  writeFileSync(
    join(folder, 'en_US-tones-low.onnx.json'),
    JSON.stringify({ language: { code: 'en_US' }, speaker_id_map: { low: 0, high: 1 } }),
  )
}
