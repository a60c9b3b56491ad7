import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { faultOfWords, VendorError, type VendorFault } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { flag, type Json, number, text } from '../wire/json.js'
import { done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { voicesOf } from './cloud-voices.js'
import { numberOf, textOf } from './settings.js'
import { socketTtsVendor } from './socket-tts.js'

const models = [
  'speech-2.8-turbo',
  'speech-2.8-hd',
  'speech-2.6-turbo',
  'speech-2.6-hd',
  'speech-02-turbo',
  'speech-02-hd',
]
const voices = voicesOf(
  'English_Graceful_Lady/f English_Insightful_Speaker/m English_radiant_girl/f English_Persuasive_Man/m ' +
    'English_Lucky_Robot/m English_expressive_narrator/m English_compelling_lady1/f English_Trustworth_Man/m',
)
/** What it calls the languages that it can be made to favour. */
const boosts: Readonly<Record<string, string>> = {
  af: 'Afrikaans',
  ar: 'Arabic',
  bg: 'Bulgarian',
  ca: 'Catalan',
  cs: 'Czech',
  da: 'Danish',
  de: 'German',
  el: 'Greek',
  en: 'English',
  es: 'Spanish',
  fa: 'Persian',
  fi: 'Finnish',
  fil: 'Filipino',
  fr: 'French',
  he: 'Hebrew',
  hi: 'Hindi',
  hr: 'Croatian',
  hu: 'Hungarian',
  id: 'Indonesian',
  it: 'Italian',
  ja: 'Japanese',
  ko: 'Korean',
  ms: 'Malay',
  nl: 'Dutch',
  nn: 'Nynorsk',
  no: 'Norwegian',
  pl: 'Polish',
  pt: 'Portuguese',
  ro: 'Romanian',
  ru: 'Russian',
  sk: 'Slovak',
  sl: 'Slovenian',
  sv: 'Swedish',
  ta: 'Tamil',
  th: 'Thai',
  tr: 'Turkish',
  uk: 'Ukrainian',
  vi: 'Vietnamese',
  yue: 'Chinese,Yue',
  zh: 'Chinese',
}

export const minimaxVendor = socketTtsVendor({
  name: 'minimax',
  aliases: [],
  summary: 'voices in 40 languages',
  variables: { apiKey: ['MINIMAX_API_KEY'] },
  capabilities: {
    languages: Object.keys(boosts),
    models,
    wordMarks: 'estimated',
    formats: ['pcm/8000', 'pcm/16000'],
  },
  voices,
  otherVoice: (name) => (/^[\w() -]+$/.test(name) ? name : undefined),
  modelOf: (model) => (/^speech-/i.test(model) ? model.toLowerCase() : undefined),
  wire: minimaxWire,
})

/** MiniMax' socket: a task for each connection, which speaks one text after another. */
export function minimaxWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'minimax',
    most: 1,
    reuse: true,
    confirmsCancel: true,
    // It closes after 120 s without a message.
    idleMs: 90_000,
    address: (request) => ({
      url: socketUrl(settings.url ?? 'wss://api.minimax.io', '/ws/v1/t2a_v2'),
      headers: { authorization: `Bearer ${settings.apiKey}` },
      flavour: taskStart(request),
    }),
    opening: () => [],
    reply: (message, request) => {
      const refused = errorIn(message)
      if (refused) throw refused
      return text(message, 'event') === 'connected_success' ? [taskStart(request)] : []
    },
    isReady: (message) => text(message, 'event') === 'task_started',
    utter: (request) => new MinimaxUtterance(request),
  }
}

function taskStart({ voice, model = models[0], language, settings, sampleRate }: SpeakRequest): string {
  const boost = isAnyLanguage(language) ? 'auto' : boosts[primarySubtag(language)]
  return JSON.stringify({
    event: 'task_start',
    model,
    language_boost: textOf(settings, 'language_boost') ?? boost ?? 'auto',
    voice_setting: {
      voice_id: voice,
      speed: numberOf(settings, 'speed', 'voice_speed') ?? 1,
      vol: numberOf(settings, 'vol') ?? 1,
      pitch: numberOf(settings, 'pitch') ?? 0,
    },
    audio_setting: { sample_rate: sampleRate, bitrate: 128_000, format: 'pcm', channel: 1 },
  })
}

class MinimaxUtterance implements Utterance {
  readonly format

  constructor(private readonly request: SpeakRequest) {
    this.format = { encoding: 'pcm', sampleRate: request.sampleRate } as const
  }

  start() {
    return [JSON.stringify({ event: 'task_continue', text: this.request.text })]
  }

  /** What was begun cannot be stopped but by closing. */
  cancel() {
    return undefined
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return []
    const refused = errorIn(message)
    if (refused) throw refused
    const hex = text(message, 'data', 'audio')
    const signals: TtsSignal[] = hex ? [{ type: 'audio', bytes: Buffer.from(hex, 'hex') }] : []
    const over = flag(message, 'is_final') || text(message, 'event') === 'task_finished'
    return over ? [...signals, done] : signals
  }
}

/** Codes of platform.minimax.io/docs/api-reference/errorcode. */
const faults: Readonly<Record<number, VendorFault>> = {
  1001: 'timeout',
  1002: 'quota',
  1004: 'credentials',
  1008: 'quota',
  1026: 'request',
  1027: 'request',
  1039: 'quota',
  1042: 'request',
  2013: 'request',
  2042: 'request',
  2049: 'credentials',
  2054: 'request',
  2056: 'quota',
}

function errorIn(message: Json): VendorError | undefined {
  const code = number(message, 'base_resp', 'status_code') ?? 0
  if (code === 0 && text(message, 'event') !== 'task_failed') return undefined
  const words = text(message, 'base_resp', 'status_msg')
  return new VendorError('minimax', faults[code] ?? faultOfWords(words) ?? 'server', `${code} ${words}`)
}
