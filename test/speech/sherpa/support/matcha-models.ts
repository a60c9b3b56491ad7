import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { loudness, phonemes, writePhonemes } from './phonemes.js'
import { rewritingRule } from './rule-fst.js'

/** Hz, as the published voices have it. */
export const matchaRate = 22_050
/** Frames of a mel spectrogram that a piece takes at the voice's own speed. */
const pieceFrames = 4
const melBins = 80
/** The one bin of the spectrograms that has sound in it. */
const soundingBin = 10
/** Of the vocoder's transform, in samples. */
const fft = { size: 1024, hop: 256 }
/** ms of a piece at the voice's own speed: a phoneme, or the blank that is put between two of them. */
export const pieceMs = (pieceFrames * fft.hop * 1000) / matchaRate
/** Hz of the vocoders' tones: Vocos' is a frequency of its transform whose phase is the same in each frame. */
export const vocoderHz = { vocos: (24 * matchaRate) / fft.size, hifigan: 1000 } as const

/**
 * A Matcha voice of English, as sherpa-onnx's offline-tts-matcha-model.cc loads it: each phoneme is a
 * stretch of sound, and so is the blank that is put between two of them.
 */
export function writeMatchaVoice(folder: string, vocoder: keyof typeof vocoderHz): void {
  writeAcousticModel(folder, loudness, { has_espeak: 1, voice: 'en-us', use_eos_bos: 1 })
  writePhonemes(folder)
  writeVocoder(folder, vocoder)
}

/** Pieces that the lexicon of the Chinese voice has for the characters it knows. */
const characters = { 一: 1, 二: 2, 好: 5 } as const

/**
 * A Matcha voice of Chinese, which takes characters from a lexicon and knows nothing of eSpeak NG. As its rules have it, the
 * digit 5 is "好" in a telephone's number, and "一" elsewhere.
 */
export function writeChineseMatchaVoice(folder: string): void {
  const tokens = ['_', '，', '。', 'a']
  const loud = tokens.map((one) => ('，。'.includes(one) ? 0 : 1))
  writeAcousticModel(folder, loud, { jieba: 1, voice: 'zh', use_eos_bos: 0 })
  writeFileSync(join(folder, 'tokens.txt'), tokens.map((one, id) => `${one} ${id}\n`).join(''))
  const lines = Object.entries(characters).map(([word, pieces]) => `${word}${' a'.repeat(pieces)}\n`)
  writeFileSync(join(folder, 'lexicon.txt'), lines.join(''))
  writeFileSync(join(folder, 'phone.fst'), rewritingRule('5', '好'))
  writeFileSync(join(folder, 'number.fst'), rewritingRule('5', '一'))
  writeVocoder(folder, 'vocos')
}

/** ms that the Chinese voice takes for a character: there is a blank around each of its pieces. */
export function characterMs(character: keyof typeof characters): number {
  return (2 * characters[character] + 1) * pieceMs
}

function writeAcousticModel(
  folder: string,
  loud: readonly number[],
  metadata: Readonly<Record<string, string | number>>,
): void {
  const model = new OnnxModel({
    model_type: 'matcha-tts',
    version: 1,
    sample_rate: matchaRate,
    n_speakers: 1,
    pad_id: loud === loudness ? phonemes.indexOf('_') : 0,
    ...metadata,
  })
  const x = model.input('x', 'int64', [1, 'L'])
  model.input('x_length', 'int64', [1])
  model.input('noise_scale', 'float', [1])
  const lengthScale = model.input('length_scale', 'float', [1])
  const bins = loud.flatMap((level) =>
    Array.from({ length: melBins }, (_, bin) => (bin === soundingBin ? level : 0)),
  )
  const pieces = model.node('Gather', [model.floats(bins, [loud.length, melBins]), x])
  // [1, 80 bins, L pieces]
  const spectrum = model.node('Transpose', [pieces], { perm: [0, 2, 1] })
  const frames = model.node('Mul', [lengthScale, model.floats([pieceFrames], [1])])
  const shape = model.node('Concat', [model.ints([1, 1, 1]), model.node('Cast', [frames], { to: 7 })], {
    axis: 0,
  })
  const held = model.node('Expand', [model.node('Unsqueeze', [spectrum, model.ints([3])]), shape])
  model.node('Reshape', [held, model.ints([1, melBins, -1])], {}, 'mel')
  model.output('mel', 'float', [1, melBins, 'T'])
  writeFileSync(join(folder, 'model-steps-3.onnx'), model.encode())
}

function writeVocoder(folder: string, kind: keyof typeof vocoderHz): void {
  if (kind === 'vocos') writeFileSync(join(folder, 'vocos-22khz-univ.onnx'), vocos().encode())
  else writeFileSync(join(folder, 'hifigan_v2.onnx'), hifigan().encode())
}

/** A vocoder as vocos-vocoder.cc loads it: it tells the spectrum, and sherpa-onnx makes sound of that. */
function vocos(): OnnxModel {
  const model = new OnnxModel({
    model_type: 'vocos',
    n_fft: fft.size,
    hop_length: fft.hop,
    win_length: fft.size,
    center: 1,
    normalized: 0,
    window_type: 'hann',
    pad_mode: 'reflect',
  })
  const mels = model.input('mels', 'float', [1, melBins, 'T'])
  const bins = fft.size / 2 + 1
  const tone = Math.round((vocoderHz.vocos * fft.size) / matchaRate)
  const weights = new Array<number>(bins * melBins).fill(0)
  weights[tone * melBins + soundingBin] = 100
  model.node('MatMul', [model.floats(weights, [bins, melBins]), mels], {}, 'mag')
  const nothing = model.node('Mul', ['mag', model.floats([0], [])])
  model.node('Cos', [nothing], {}, 'x')
  model.node('Sin', [nothing], {}, 'y')
  for (const name of ['mag', 'x', 'y']) model.output(name, 'float', [1, bins, 'T'])
  return model
}

/** A vocoder as hifigan-vocoder.cc loads it, which makes the sound itself. */
function hifigan(): OnnxModel {
  const model = new OnnxModel({ model_type: 'hifigan' })
  const mel = model.input('mel', 'float', [1, melBins, 'T'])
  const loud = model.node('Gather', [mel, model.ints([soundingBin])], { axis: 1 })
  const radians = (2 * Math.PI * vocoderHz.hifigan) / matchaRate
  const wave = Array.from({ length: fft.hop }, (_, n) => 0.3 * Math.cos(radians * n))
  // [1, 1, T frames, samples]
  const frames = model.node('Mul', [
    model.node('Unsqueeze', [loud, model.ints([3])]),
    model.floats(wave, [1, fft.hop]),
  ])
  model.node('Reshape', [frames, model.ints([1, 1, -1])], {}, 'audio')
  model.output('audio', 'float', [1, 1, 'N'])
  return model
}
