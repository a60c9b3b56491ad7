import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxModel } from './onnx.js'
import { loudness, writePhonemes } from './phonemes.js'
import { rewritingRule } from './rule-fst.js'
import { tonesOf } from './tones-of.js'

/** Hz */
export const styleRate = 24_000
/** ms of a phoneme at the voice's own speed. */
export const phonemeMs = 50
/** Samples of a phoneme. */
const phonemeSamples = (styleRate * phonemeMs) / 1000

/**
 * A Kokoro voice of English, as sherpa-onnx's offline-tts-kokoro-model.cc loads it: each phoneme becomes a tone of 50 ms, as
 * high as the speaker's style says.
 * @param speakerHz Hz of each speaker
 */
export function writeKokoroVoice(folder: string, speakerHz: readonly number[]): void {
  writeKokoro(folder, speakerHz, 1)
}

/** Phonemes that the lexicon of the voice of many languages has for the characters it knows. */
export const characterPhonemes = { 一: 1, 二: 9 } as const

/**
 * A Kokoro voice of many languages, of which Chinese is read from a lexicon, with a rule that the digit 2 is "二" in it.
 */
export function writeMultiLangKokoroVoice(folder: string, speakerHz: readonly number[]): void {
  writeKokoro(folder, speakerHz, 2)
  const lines = Object.entries(characterPhonemes).map(([word, count]) => `${word}${' u'.repeat(count)}\n`)
  writeFileSync(join(folder, 'lexicon-zh.txt'), lines.join(''))
  writeFileSync(join(folder, 'lexicon-us-en.txt'), 'two t u\n')
  writeFileSync(join(folder, 'number-zh.fst'), rewritingRule('2', '二'))
}

/** A KittenTTS voice, as sherpa-onnx's offline-tts-kitten-model.cc loads it; `speedPriors` are the speakers' own speeds. */
export function writeKittenVoice(
  folder: string,
  speakerHz: readonly number[],
  speedPriors: readonly number[],
): void {
  const rows = 400
  const model = new OnnxModel({
    model_type: 'kitten-tts',
    version: 8,
    language: 'English',
    voice: 'en-us',
    has_espeak: 1,
    sample_rate: styleRate,
    n_speakers: speakerHz.length,
    max_token_len: rows,
    start_id: 0,
    end_id: 0,
    pad_id: 0,
    add_pad_after_end: 1,
    style_dim: `${rows},1`,
    speaker_speed_priors: speedPriors.join(','),
  })
  speakInStyle(model, 'input_ids', 'waveform')
  writeFileSync(join(folder, 'model.int8.onnx'), model.encode())
  writeStyles(folder, speakerHz, rows)
  writePhonemes(folder)
}

function writeKokoro(folder: string, speakerHz: readonly number[], version: number): void {
  const rows = 510
  const model = new OnnxModel({
    model_type: 'kokoro',
    version,
    language: 'English',
    voice: 'en-us',
    has_espeak: 1,
    sample_rate: styleRate,
    n_speakers: speakerHz.length,
    style_dim: `${rows},1,1`,
  })
  speakInStyle(model, 'tokens', 'audio')
  writeFileSync(join(folder, 'model.onnx'), model.encode())
  writeStyles(folder, speakerHz, rows)
  writePhonemes(folder)
}

/** A speaker's style, which here is nothing but a frequency, for each length of text. */
function writeStyles(folder: string, speakerHz: readonly number[], rows: number): void {
  const styles = speakerHz.flatMap((hz) => Array.from({ length: rows }, () => hz))
  writeFileSync(join(folder, 'voices.bin'), Buffer.from(Float32Array.from(styles).buffer))
}

function speakInStyle(model: OnnxModel, tokens: string, audio: string): void {
  const pieces = model.input(tokens, 'int64', [1, 'L'])
  const hz = model.input('style', 'float', [1, 1])
  const speed = model.input('speed', 'float', [1])
  const samples = model.node('Div', [model.floats([phonemeSamples], [1]), speed])
  const spoken = tonesOf(model, { rate: styleRate, loudness, pieces, hz, samples })
  model.node('Reshape', [spoken, model.ints([-1])], {}, audio)
  model.output(audio, 'float', ['T'])
}
