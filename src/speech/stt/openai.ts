import type { ListenOptions } from '../engine.js'
import { isAnyLanguage, likelyLanguages, primarySubtag } from '../languages.js'
import { VendorError, type VendorFault } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type Json, readJson, text } from '../wire/json.js'
import { openAiPath } from '../wire/openai-path.js'
import {
  endOfTurn,
  final,
  finalized,
  partial,
  ready,
  type SttDialogue,
  type SttSignal,
} from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { speechTimeout } from './settings.js'
import { bareModel, socketSttVendor } from './socket-stt.js'
import { fittingTerms, tokensOf } from './terms.js'

export const openAiLanguages =
  'af ar az be bg bs ca cs cy da de el en es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi mk mr ms ne nl ' +
  'no pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh'
const models = [
  'gpt-live-transcribe',
  'gpt-realtime-whisper',
  'gpt-transcribe',
  'gpt-4o-transcribe',
  'gpt-4o-mini-transcribe',
  'whisper-1',
]

/** Silence, in ms, that ends a turn where the app leaves it to the engine. */
const SILENCE_MS = 500

export const openAiVendor = socketSttVendor({
  name: 'openai',
  aliases: ['open-ai', 'openai-realtime', 'whisper'],
  summary: 'realtime transcription, 57 languages',
  variables: { apiKey: ['OPENAI_API_KEY'], url: ['OPENAI_BASE_URL'] },
  capabilities: {
    languages: openAiLanguages.split(' '),
    detectsLanguage: true,
    models,
    formats: ['mulaw/8000', 'pcm/24000'],
    hints: 'keywords, or a prompt',
  },
  modelOf: (model) => {
    const name = bareModel(model)
    return name === '' || /^(gpt-.*(transcribe|whisper)|whisper-1)/.test(name) ? name : undefined
  },
  converse: (settings, options) => new OpenAiDialogue(settings, options),
})

/**
 * Models that write while somebody speaks. They end no turns and refuse to be asked to; the others hear a turn only
 * once it is over.
 */
function isLive(model: string): boolean {
  return /^gpt-(live-transcribe|realtime-whisper)/.test(model)
}

/** OpenAI's realtime socket in its transcription mode. */
export class OpenAiDialogue implements SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format
  readonly packetMs = 40
  readonly waitsForReady = true
  readonly confirmsFinalize = false
  readonly silenceMs: number | undefined
  private readonly model: string
  private readonly items = new Map<string, string>()
  /** Turns that were committed and are not transcribed. */
  private readonly committed = new Set<string>()
  /** The language spoken last, where it is to be found out. */
  private found: string

  constructor(
    settings: VendorSettings,
    private readonly options: ListenOptions,
  ) {
    this.format =
      options.sampleRate === 8000
        ? ({ encoding: 'mulaw', sampleRate: 8000 } as const)
        : // The only rate of PCM that it takes.
          ({ encoding: 'pcm', sampleRate: 24_000 } as const)
    this.headers = { authorization: `Bearer ${settings.apiKey}` }
    this.found = likelyLanguages(options.languages, 1)[0]!
    this.model = options.model || settings.model || models[0]!
    if (isLive(this.model)) this.silenceMs = speechTimeout(options.settings) ?? SILENCE_MS
    const base = settings.url ?? 'https://api.openai.com/v1'
    this.url = socketUrl(base, openAiPath(base, '/realtime'), { intent: 'transcription' })
  }

  opening() {
    const silence_duration_ms = speechTimeout(this.options.settings) ?? SILENCE_MS
    const session = {
      type: 'transcription',
      audio: {
        input: {
          format:
            this.format.encoding === 'mulaw' ? { type: 'audio/pcmu' } : { type: 'audio/pcm', rate: 24_000 },
          transcription: { model: this.model, ...openAiExpects(this.model, this.options) },
          turn_detection: isLive(this.model) ? null : { type: 'server_vad', silence_duration_ms },
        },
      },
    }
    return [JSON.stringify({ type: 'session.update', session })]
  }

  audio(bytes: Buffer) {
    return `{"type":"input_audio_buffer.append","audio":"${bytes.toString('base64')}"}`
  }

  finalize() {
    return ['{"type":"input_audio_buffer.commit"}']
  }

  /** Silence is not to be written down: models find words in it. */
  idle() {
    return this.items.size > 0 ? this.finalize() : ['{"type":"input_audio_buffer.clear"}']
  }

  closing() {
    return []
  }

  read(message: string | Buffer): SttSignal[] {
    const json = readJson('openai', message)
    switch (text(json, 'type')) {
      case 'session.updated':
      case 'transcription_session.updated':
        return [ready]
      case 'conversation.item.input_audio_transcription.delta':
        return this.delta(json)
      case 'input_audio_buffer.committed':
        this.committed.add(text(json, 'item_id'))
        return []
      case 'conversation.item.input_audio_transcription.completed':
        this.items.delete(text(json, 'item_id'))
        this.committed.delete(text(json, 'item_id'))
        this.found = text(json, 'languages', 0) || this.found
        return [final(this.transcript(text(json, 'transcript').trim())), endOfTurn]
      case 'conversation.item.input_audio_transcription.failed':
        this.items.delete(text(json, 'item_id'))
        this.committed.delete(text(json, 'item_id'))
        // It was no speech, and the session goes on.
        if (text(json, 'error', 'code') === 'audio_unintelligible')
          return [final(this.transcript('')), endOfTurn]
        throw errorOf(json)
      case 'error':
        // Nothing was said since the last turn, which may still be written down.
        if (text(json, 'error', 'code') === 'input_audio_buffer_commit_empty') {
          return this.committed.size > 0 ? [] : [finalized]
        }
        throw errorOf(json)
      default:
        return []
    }
  }

  private delta(json: Json): SttSignal[] {
    const item = text(json, 'item_id')
    const words = (this.items.get(item) ?? '') + text(json, 'delta')
    this.items.set(item, words)
    return [partial(this.transcript(words))]
  }

  private transcript(words: string) {
    const { language } = this.options
    return { text: words, language: isAnyLanguage(language) ? this.found : language }
  }
}

/** Languages and words to be expected, as a model takes them: newer ones in lists, Whisper's successor no words. */
export function openAiExpects(model: string, { language, languages = [], hints }: ListenOptions) {
  const detects = isAnyLanguage(language)
  const likely = detects ? languages.filter((tag) => !isAnyLanguage(tag)) : [language]
  const codes = [...new Set(likely.map(primarySubtag))]
  if (/^gpt-(live-)?transcribe/.test(model)) {
    const keywords = fittingTerms(hints, { most: 100 })
    return { ...(codes.length > 0 && { languages: codes }), ...(keywords.length > 0 && { keywords }) }
  }
  // Whisper reads no more than 224 tokens of a prompt.
  const words = isLive(model) ? [] : fittingTerms(hints, { most: 200, total: 220, cost: tokensOf })
  return { ...(!detects && { language: codes[0]! }), ...(words.length > 0 && { prompt: words.join(', ') }) }
}

function errorOf(json: Json): VendorError {
  const type = text(json, 'error', 'type')
  const code = text(json, 'error', 'code')
  const faults: Readonly<Record<string, VendorFault>> = {
    session_expired: 'expired',
    invalid_request_error: 'request',
    authentication_error: 'credentials',
    insufficient_quota: 'quota',
    rate_limit_exceeded: 'quota',
  }
  const fault = code === 'invalid_api_key' ? 'credentials' : (faults[code] ?? faults[type] ?? 'server')
  return new VendorError('openai', fault, `${code || type} ${text(json, 'error', 'message')}`)
}
