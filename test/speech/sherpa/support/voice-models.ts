import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'

export const voiceRate = 16_000
/** Samples of a letter at the voice's own speed. */
const letterSamples = 1600
/** Samples that there are of a letter: enough for half the speed. */
const mostSamples = 2 * letterSamples
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
  const model = new OnnxModel({
    comment: 'piper',
    language: 'English',
    voice: 'en-us',
    sample_rate: voiceRate,
    n_speakers: speakerHz.length,
    add_blank: 0,
    has_espeak: 0,
    punctuation: punctuation.join(' '),
  })
  const v = tokens.length
  const input = model.input('input', 'int64', [1, 'L'])
  model.input('input_lengths', 'int64', [1])
  const scales = model.input('scales', 'float', [3])
  const sid = model.input('sid', 'int64', [1])
  const sounds = speakerHz.flatMap((hz) =>
    tokens.flatMap((token) =>
      Array.from({ length: mostSamples }, (_, n) =>
        token === ' ' ? 0 : 0.3 * Math.cos((2 * Math.PI * hz * n) / voiceRate),
      ),
    ),
  )
  const ofSpeaker = model.node('Gather', [model.floats(sounds, [speakerHz.length, v, mostSamples]), sid])
  const letters = model.node('Gather', [ofSpeaker, input], { axis: 1 })
  const lengthScale = model.node('Gather', [scales, model.ints([1])])
  const samples = model.node('Mul', [lengthScale, model.floats([letterSamples], [1])])
  const end = model.node('Cast', [samples], { to: 7 })
  // [1 speaker, 1, L letters, samples]
  const cut = model.node('Slice', [letters, model.ints([0]), end, model.ints([3])])
  model.node('Reshape', [cut, model.ints([1, 1, -1])], {}, 'output')
  model.output('output', 'float', [1, 1, 'T'])
  writeFileSync(join(folder, 'en_US-tones-low.onnx'), model.encode())
  writeFileSync(join(folder, 'tokens.txt'), tokens.map((token, id) => `${token} ${id}\n`).join(''))
  writeFileSync(join(folder, 'lexicon.txt'), words.map((word) => `${word} ${[...word].join(' ')}\n`).join(''))
  writeFileSync(
    join(folder, 'en_US-tones-low.onnx.json'),
    JSON.stringify({ language: { code: 'en_US' }, speaker_id_map: { low: 0, high: 1 } }),
  )
}
