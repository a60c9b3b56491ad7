import type { ModelKind } from './kinds.js'
import { kittenSpeakers, kokoro10Speakers, kokoroEnglishSpeakers } from './speakers.js'

/** Where the models of sherpa-onnx are published; `models.mirror` takes its place. */
export const releases = 'https://github.com/k2-fsa/sherpa-onnx/releases/download'

/** A file of a release. */
export interface ReleaseFile {
  /** The release's tag and the file's name: `asr-models/name.tar.bz2`. */
  readonly path: string
  /** SHA-256 in hex, where it is known for certain. */
  readonly sha256?: string | undefined
}

/** A model that can be pulled. */
export interface CatalogueModel {
  readonly name: string
  readonly kind: ModelKind
  /** Primary language subtags, or tags where the region matters. */
  readonly languages: readonly string[]
  /** What is downloaded, in MB, where those who have pulled it tell; the server tells exactly. */
  readonly megabytes?: number
  readonly archive: ReleaseFile
  /** Files that belong beside what is in the archive. */
  readonly extra?: readonly ReleaseFile[]
  /** Names of a voice model's speakers, by their number. */
  readonly speakers?: readonly string[]
  readonly note?: string
}

type Row = Omit<CatalogueModel, 'name' | 'kind' | 'archive'> & { readonly sha256?: string }

/** Languages that Whisper was trained on most. */
const whisper =
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th'.split(' ')
const parakeet = 'bg hr cs da nl en et fi fr de el hu it lv lt mt pl pt ro sk sl es sv ru uk'.split(' ')
const senseVoice = ['zh', 'en', 'ja', 'ko', 'yue']

/** Models worth having, best first within a language and task: names and files as k2-fsa publishes them. */
export const catalogue: readonly CatalogueModel[] = [
  stt('sherpa-onnx-streaming-zipformer-en-2023-06-26', 'streaming-transducer', { languages: ['en'] }),
  stt('sherpa-onnx-streaming-zipformer-en-20M-2023-02-17', 'streaming-transducer', {
    languages: ['en'],
    note: 'small',
  }),
  stt('sherpa-onnx-nemotron-speech-streaming-en-0.6b-560ms-int8-2026-04-25', 'streaming-nemo-transducer', {
    languages: ['en'],
    note: 'punctuates',
  }),
  stt('sherpa-onnx-nemo-streaming-fast-conformer-transducer-en-480ms', 'streaming-nemo-transducer', {
    languages: ['en'],
  }),
  stt('sherpa-onnx-nemo-streaming-fast-conformer-ctc-en-480ms', 'streaming-nemo-ctc', { languages: ['en'] }),
  stt('sherpa-onnx-streaming-zipformer-ctc-small-2024-03-18', 'streaming-ctc', { languages: ['en'] }),
  stt('sherpa-onnx-streaming-zipformer-fr-2023-04-14', 'streaming-transducer', {
    languages: ['fr'],
    megabytes: 398,
  }),
  stt('sherpa-onnx-streaming-zipformer-korean-2024-06-16', 'streaming-transducer', { languages: ['ko'] }),
  stt('sherpa-onnx-streaming-t-one-russian-2025-09-08', 'streaming-t-one', {
    languages: ['ru'],
    megabytes: 128,
    note: 'made for telephones, 8 kHz',
  }),
  stt('sherpa-onnx-streaming-zipformer-bilingual-zh-en-2023-02-20', 'streaming-transducer', {
    languages: ['zh', 'en'],
  }),
  stt('sherpa-onnx-streaming-paraformer-bilingual-zh-en', 'streaming-paraformer', {
    languages: ['zh', 'en'],
    megabytes: 1047,
  }),
  stt('sherpa-onnx-nemo-parakeet-tdt-0.6b-v3-int8', 'nemo-transducer', { languages: parakeet }),
  stt('sherpa-onnx-nemo-parakeet-tdt-0.6b-v2-int8', 'nemo-transducer', { languages: ['en'] }),
  stt('sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17', 'sense-voice', { languages: senseVoice }),
  stt('sherpa-onnx-moonshine-base-en-int8', 'moonshine', { languages: ['en'], megabytes: 251 }),
  stt('sherpa-onnx-moonshine-tiny-en-int8', 'moonshine', { languages: ['en'], note: 'small' }),
  stt('sherpa-onnx-whisper-small', 'whisper', { languages: whisper }),
  stt('sherpa-onnx-whisper-base', 'whisper', { languages: whisper }),
  stt('sherpa-onnx-whisper-tiny', 'whisper', { languages: whisper, note: 'small' }),
  stt('sherpa-onnx-whisper-base.en', 'whisper', { languages: ['en'] }),
  stt('sherpa-onnx-whisper-tiny.en', 'whisper', { languages: ['en'], note: 'small' }),
  stt('sherpa-onnx-paraformer-zh-2023-09-14', 'paraformer', { languages: ['zh', 'en'] }),

  tts('kokoro-int8-multi-lang-v1_0', 'kokoro', {
    languages: ['en', 'es', 'fr', 'hi', 'it', 'pt', 'zh'],
    speakers: kokoro10Speakers,
    sha256: '75654a84864be26f345f020f4070c2c019e96dd1b7f9bf6e2ffd59efac6aa5a3',
  }),
  tts('kokoro-multi-lang-v1_0', 'kokoro', {
    languages: ['en', 'es', 'fr', 'hi', 'it', 'pt', 'zh'],
    speakers: kokoro10Speakers,
  }),
  tts('kokoro-int8-en-v0_19', 'kokoro', {
    languages: ['en'],
    speakers: kokoroEnglishSpeakers,
    note: 'small',
  }),
  tts('kokoro-en-v0_19', 'kokoro', { languages: ['en'], speakers: kokoroEnglishSpeakers }),
  tts('kitten-nano-en-v0_8-int8', 'kitten', {
    languages: ['en-US'],
    speakers: kittenSpeakers,
    note: 'small',
  }),
  {
    ...tts('matcha-icefall-en_US-ljspeech', 'matcha', { languages: ['en-US'] }),
    extra: [{ path: 'vocoder-models/vocos-22khz-univ.onnx' }],
  },
  {
    ...tts('matcha-icefall-zh-baker', 'matcha', { languages: ['zh'] }),
    extra: [{ path: 'vocoder-models/vocos-22khz-univ.onnx' }],
  },
  piper('en_US', 'lessac-medium'),
  piper('en_US', 'amy-low'),
  piper('en_US', 'ryan-medium'),
  piper('en_US', 'libritts_r-medium'),
  piper('en_GB', 'alba-medium'),
  piper('de_DE', 'thorsten-medium', 67),
  piper('es_ES', 'davefx-medium'),
  piper('fr_FR', 'siwis-medium', 67),
  piper('it_IT', 'paola-medium'),
  piper('pt_BR', 'faber-medium'),
  piper('nl_BE', 'nathalie-medium'),
]

/** A model among others by its name, or by the end of it that no other has: `amy-low`. */
export function findModel<Named extends Pick<CatalogueModel, 'name'>>(
  models: readonly Named[],
  name: string,
): Named | undefined {
  const wanted = name.toLowerCase()
  const exact = models.find((model) => model.name.toLowerCase() === wanted)
  if (exact) return exact
  const [only, ...others] = models.filter((model) => model.name.toLowerCase().endsWith(`-${wanted}`))
  return others.length === 0 ? only : undefined
}

function stt(name: string, kind: ModelKind, row: Row): CatalogueModel {
  return inRelease('asr-models', name, kind, row)
}

function tts(name: string, kind: ModelKind, row: Row): CatalogueModel {
  return inRelease('tts-models', name, kind, row)
}

function piper(locale: string, voice: string, megabytes?: number): CatalogueModel {
  const languages = [locale.replace('_', '-')]
  return tts(`vits-piper-${locale}-${voice}`, 'vits', { languages, ...(megabytes && { megabytes }) })
}

function inRelease(tag: string, name: string, kind: ModelKind, { sha256, ...row }: Row): CatalogueModel {
  return { name, kind, ...row, archive: { path: `${tag}/${name}.tar.bz2`, sha256 } }
}
