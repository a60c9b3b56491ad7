import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { whisperLanguages } from '../../../../src/speech/whisper-languages.js'
import { OnnxModel } from './onnx.js'
import { scales } from './tones.js'
import { melScores, vocabulary, wordRows } from './vocabulary.js'

const specials = ['sot', 'eot', 'translate', 'transcribe', 'no_speech', 'no_timestamps'] as const
const known = vocabulary([' '], ' ', [...specials, ...whisperLanguages], (word) => ` ${word}`)
const size = known.tokens.length
const idOf = (token: string) => known.tokens.indexOf(token)
/** Tokens that a text begins with: what it is, language, task, and that no times are wanted. */
const prompt = 4
/** Frames of 10 ms that become one. */
const subsampling = 5
/** Log energies are brought to -1 to 1.5; what is added behind speech is 0. */
const threshold = 0.7

/** Whisper, as sherpa-onnx's offline-whisper-model.cc loads it. It takes what it hears for German, unless told. */
export function writeWhisper(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const encoder = new OnnxModel({
    model_type: 'whisper-tones',
    n_mels: scales.librosa.bins,
    n_text_layer: 1,
    n_text_ctx: 448,
    n_text_state: 1,
    n_vocab: size,
    sot: idOf('sot'),
    eot: idOf('eot'),
    blank_id: known.blank,
    translate: idOf('translate'),
    transcribe: idOf('transcribe'),
    is_multilingual: 1,
    no_speech: idOf('no_speech'),
    no_timestamps: idOf('no_timestamps'),
    sot_sequence: [idOf('sot'), idOf('en'), idOf('transcribe')].join(','),
    all_language_tokens: whisperLanguages.map(idOf).join(','),
    all_language_codes: whisperLanguages.join(','),
  })
  const mel = encoder.input('mel', 'float', ['N', scales.librosa.bins, 'T'])
  const pooled = encoder.node('AveragePool', [mel], { kernel_shape: [subsampling], strides: [subsampling] })
  const frames = encoder.node('Transpose', [pooled], { perm: [0, 2, 1] })
  const scores = melScores(encoder, frames, known, scales.librosa, threshold)
  const rows = wordRows(encoder, scores, known, idOf('eot'))
  for (const name of ['n_layer_cross_k', 'n_layer_cross_v']) {
    encoder.node('Unsqueeze', [rows, encoder.ints([0])], {}, name)
    encoder.output(name, 'float', [1, 'N', 'words', size])
  }
  writeFileSync(join(folder, 'tones-encoder.int8.onnx'), encoder.encode())
  writeFileSync(join(folder, 'tones-decoder.int8.onnx'), decoder())
  const lines = known.tokens.map((token, id) => `${Buffer.from(token).toString('base64')} ${id}\n`)
  writeFileSync(join(folder, 'tones-tokens.txt'), lines.join(''))
}

/** Says one word after the other; where it is asked for no more than the language, that. */
function decoder(): Uint8Array {
  const model = new OnnxModel()
  const tokens = model.input('tokens', 'int64', ['N', 'n_tokens'])
  const selves = ['n_layer_self_k_cache', 'n_layer_self_v_cache']
  for (const name of selves) model.input(name, 'float', [1, 'N', 448, 1])
  const words = model.input('n_layer_cross_k', 'float', [1, 'N', 'words', size])
  model.input('n_layer_cross_v', 'float', [1, 'N', 'words', size])
  const offset = model.input('offset', 'int64', [1])

  const given = model.node('Slice', [model.node('Shape', [tokens]), model.ints([1]), model.ints([2])])
  const position = model.node('Sub', [model.node('Add', [offset, given]), model.ints([prompt])])
  const index = model.node('Max', [position, model.ints([0])])
  const word = model.node('Gather', [model.node('Squeeze', [words, model.ints([0])]), index], { axis: 1 })
  // Every token that was given has a row; the last one counts.
  const count = model.node('Concat', [model.ints([1]), given, model.ints([1])], { axis: 0 })
  const spoken = known.tokens.map((_, i) => (i === idOf('de') ? 1 : 0))
  const biased = model.node('Add', [word, model.floats(spoken, [size])])
  model.node('Expand', [biased, count], {}, 'logits')
  model.output('logits', 'float', ['N', 'n_tokens', size])
  for (const name of selves) {
    model.node('Identity', [name], {}, `out_${name}`)
    model.output(`out_${name}`, 'float', [1, 'N', 448, 1])
  }
  return model.encode()
}
