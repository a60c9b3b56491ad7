import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import type { CloudTtsVendor } from '../vendor.js'
import { faultOfWords, VendorError, type VendorFault } from '../vendor-error.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { at, flag, type Json, list, number, text } from '../wire/json.js'
import { type TimedWord, WordFinder } from '../wire/marks.js'
import { audio, done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { CloudVoices, voicesOf } from './cloud-voices.js'
import { EitherTts } from './either-tts.js'
import { isRequestModel, requestModels } from './elevenlabs-models.js'
import {
  ElevenLabsTts,
  elevenLabsPost,
  outputFormat,
  textNormalisation,
  voiceSettings,
} from './elevenlabs-requests.js'
import { elevenLabsText } from './elevenlabs-text.js'
import { ElevenLabsNames, elevenLabsVoice } from './elevenlabs-voices.js'
import { HttpTts } from './http-tts.js'
import { SocketTts } from './socket-tts.js'

const languages =
  'ar bg cs da de el en es fi fil fr hi hr hu id it ja ko ms nl no pl pt ro ru sk sv ta tr uk vi zh'
/** What the models since the third generation speak beyond those. */
const thirdLanguages = (
  'af hy as az be bn bs ca ceb ny et gl ka gu ha he is ga jv kn kk ky lv ln lt lb mk ml mr ne ps fa pa sr sd sl so sw te ' +
  'th ur cy'
).split(' ')
const models = [
  'eleven_flash_v2_5',
  'eleven_turbo_v2_5',
  'eleven_flash_v2',
  'eleven_turbo_v2',
  'eleven_multilingual_v2',
  ...requestModels,
]
/** Those that take `language_code`. */
const takesLanguage = new Set(['eleven_flash_v2_5', 'eleven_turbo_v2_5'])

/** Ready-made voices; Twilio's default first. */
const readyMadeVoices = voicesOf(
  'UgBBYS2sOqTuMpoF3BR0/m 21m00Tcm4TlvDq8ikWAM/f EXAVITQu4vr4xnSDxMaL/f XB0fDUnXU5powFXDhCwa/f ' +
    'pFZP5JQG7iQjIQuC4Bku/f JBFqnCBsd6RMkjVDRZzb/m TX3LPaxmHKxFdv7VOQHJ/m nPczCjzI2devNBz1zQrb/m ' +
    'onwK4e9ZLuTAKqWW03F9/m IKne3meq5aSn9XLyUdCD/m pNInz6obpgDQGcFmaJgB/m',
)

export const elevenLabsVendor: CloudTtsVendor = {
  name: 'elevenlabs',
  aliases: ['eleven-labs', 'block_elevenlabs'],
  summary: 'natural voices in 32 languages',
  install: 'set ELEVENLABS_API_KEY',
  account: 'elevenlabs',
  variables: { apiKey: ['ELEVENLABS_API_KEY', 'ELEVEN_API_KEY'] },
  configured: ({ apiKey }) => apiKey !== undefined,
  capabilities: {
    languages: languages.split(' '),
    models,
    voices: readyMadeVoices.map(({ voice }) => voice),
    wordMarks: 'vendor',
    formats: ['mulaw/8000', 'pcm/16000'],
    transport: 'socket',
    ssml: true,
  },
  create: (settings, context) => {
    const voices = new CloudVoices({
      capabilities: elevenLabsVendor.capabilities,
      voices: readyMadeVoices,
      otherVoice: (name, _, own) => elevenLabsVoice(name, own),
      modelOf,
      moreLanguages: (model) => (isRequestModel(model) ? thirdLanguages : []),
      preferred: settings,
    })
    const { name, capabilities } = elevenLabsVendor
    const parts = { name, capabilities, voices, secrets: secretsOf(settings) }
    const engine = new EitherTts(
      new SocketTts({ ...parts, wire: elevenLabsWire(settings) }, context),
      new HttpTts({ ...parts, post: (request) => elevenLabsPost(settings, request) }, context),
      ({ model }) => isRequestModel(model),
    )
    return new ElevenLabsTts(engine, new ElevenLabsNames(settings))
  },
}

/** `flash_v2_5` (Twilio), `Flash`, `v2`, `MultiPL.v2` or `BaseModel` (Telnyx), `eleven_flash_v2_5` (ElevenLabs). */
function modelOf(model: string): string | undefined {
  const name = model
    .toLowerCase()
    .replace(/^eleven_?/, '')
    .replaceAll('.', '_')
  if (name === '' || name === 'basemodel' || name === 'default') return ''
  const short: Readonly<Record<string, string>> = {
    flash: 'flash_v2_5',
    turbo: 'turbo_v2_5',
    multilingual: 'multilingual_v2',
    multipl_v2: 'multilingual_v2',
    v2: 'multilingual_v2',
  }
  const whole = `eleven_${short[name] ?? name}`
  return models.includes(whole) || isRequestModel(whole) ? whole : undefined
}

/** ElevenLabs' socket for several contexts at a time: each utterance is one, and closing it stops it. */
export function elevenLabsWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'elevenlabs',
    most: 5,
    reuse: true,
    confirmsCancel: false,
    // It closes after the inactivity timeout asked for below.
    idleMs: 170_000,
    address: (request) => ({
      url: socketUrl(
        settings.url ?? 'wss://api.elevenlabs.io',
        `/v1/text-to-speech/${encodeURIComponent(request.voice)}/multi-stream-input`,
        query(request),
      ),
      headers: { 'xi-api-key': settings.apiKey ?? '' },
      // Those of a connection's first context must not change afterwards.
      flavour: JSON.stringify(voiceSettings(request.settings) ?? {}),
    }),
    opening: () => [],
    contextOf: (message) => text(message, 'contextId') || text(message, 'context_id') || undefined,
    utter: (request, context) => new ElevenLabsUtterance(request, context),
  }
}

function query(request: SpeakRequest) {
  const { model = models[0]!, language, sampleRate, settings } = request
  return {
    model_id: model,
    output_format: outputFormat(sampleRate),
    language_code: takesLanguage.has(model) && !isAnyLanguage(language) ? primarySubtag(language) : undefined,
    inactivity_timeout: 180,
    auto_mode: true,
    sync_alignment: true,
    enable_ssml_parsing: elevenLabsText(request).ssml || undefined,
    apply_text_normalization: textNormalisation(settings),
  }
}

class ElevenLabsUtterance implements Utterance {
  readonly format
  private readonly finder: WordFinder
  private readonly bytesPerMs: number
  private bytes = 0
  private word: TimedWord | undefined

  constructor(
    private readonly request: SpeakRequest,
    private readonly context: string,
  ) {
    this.format = nearestFormat(request.sampleRate)
    this.bytesPerMs = this.format.encoding === 'mulaw' ? 8 : 32
    this.finder = new WordFinder(request.text, request.ssml)
  }

  start() {
    const { text: words } = elevenLabsText(this.request)
    const chosen = voiceSettings(this.request.settings)
    const context_id = this.context
    return [
      { text: ' ', context_id, ...(chosen && { voice_settings: chosen }) },
      { text: `${words} `, context_id, flush: true },
      { context_id, close_context: true },
    ].map((message) => JSON.stringify(message))
  }

  cancel() {
    return [JSON.stringify({ context_id: this.context, close_context: true })]
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return []
    if (at(message, 'error') || number(message, 'code')) throw errorOf(message)
    const sound = audio(text(message, 'audio'))
    const words = this.words(message)
    for (const signal of sound) if (signal.type === 'audio') this.bytes += signal.bytes.length
    const over = flag(message, 'isFinal') || flag(message, 'is_final')
    if (over && this.word) words.push(this.word)
    const marks = this.finder.marks(words)
    const signals: TtsSignal[] = marks.length > 0 ? [{ type: 'marks', marks }, ...sound] : sound
    return over ? [...signals, done] : signals
  }

  /** The words that a message completes. Its times count from the beginning of its own audio. */
  private words(message: Json): TimedWord[] {
    const alignment = at(message, 'alignment')
    const starts = list(alignment, 'charStartTimesMs')
    const durations = list(alignment, 'charDurationsMs')
    const before = this.bytes / this.bytesPerMs
    const words: TimedWord[] = []
    for (const [i, char] of list(alignment, 'chars').entries()) {
      if (typeof char !== 'string') continue
      if (char.trim() === '') {
        if (this.word) words.push(this.word)
        this.word = undefined
        continue
      }
      const startMs = before + Number(starts[i] ?? 0)
      const endMs = startMs + Number(durations[i] ?? 0)
      this.word = this.word
        ? { ...this.word, word: this.word.word + char, endMs }
        : { word: char, startMs, endMs }
    }
    return words
  }
}

function errorOf(message: Json): VendorError {
  const what = text(message, 'error')
  const faults: Readonly<Record<string, VendorFault>> = {
    quota_exceeded: 'quota',
    rate_limit_exceeded: 'quota',
    too_many_concurrent_requests: 'quota',
    // Contexts of a connection that were closed and are not over yet.
    max_active_conversations: 'server',
    invalid_api_key: 'credentials',
    voice_not_found: 'request',
    model_not_found: 'request',
  }
  const words = text(message, 'message')
  const fault =
    faults[what] ?? faultOfWords(words) ?? (number(message, 'code') === 1008 ? 'request' : 'server')
  return new VendorError('elevenlabs', fault, `${what} ${words}`)
}
