import type { ListenOptions, Transcript } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { VendorError, type VendorFault } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { at, flag, type Json, list, number, readJson, text } from '../wire/json.js'
import { endOfTurn, final, partial, ready, type SttDialogue, type SttSignal } from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { flagOf, numberOf, speechTimeout } from './settings.js'
import { among, bareModel, socketSttVendor } from './socket-stt.js'

const models = [
  'universal-streaming-english',
  'universal-streaming-multilingual',
  'universal-3-5-pro',
  'u3-rt-pro',
  'whisper-rt',
]

export const assemblyAiVendor = socketSttVendor({
  name: 'assemblyai',
  aliases: ['assembly-ai', 'assembly'],
  summary: 'universal streaming, six languages',
  variables: { apiKey: ['ASSEMBLYAI_API_KEY'] },
  capabilities: {
    languages: ['en', 'es', 'fr', 'de', 'it', 'pt'],
    detectsLanguage: true,
    models,
    hints: 'key terms, up to 100',
  },
  modelOf,
  understands: (model, language) =>
    model !== 'universal-streaming-english' || primarySubtag(language) === 'en',
  converse: (settings, options) => new AssemblyAiDialogue(settings, options),
})

function modelOf(model: string): string | undefined {
  const name = bareModel(model)
  // Telnyx' name for whichever fits the language.
  if (name === 'universal-streaming') return ''
  return among(models, name) ?? (/^(universal-|u3-)/.test(name) ? name : undefined)
}

/** Codes of an account without funds, without a card, or with too many streams. */
const exhausted = new Set<number | undefined>([4002, 4003, 4102])

/** AssemblyAI's streaming socket, version 3. */
export class AssemblyAiDialogue implements SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format: AudioFormat
  // Packets below 50 ms are refused with 3007.
  readonly packetMs = 60
  readonly leastPacketMs = 50
  readonly waitsForReady = true
  readonly confirmsFinalize = false
  readonly keepAlive = { afterMs: 10_000, message: '{"type":"KeepAlive"}' }
  private readonly language: string

  constructor(settings: VendorSettings, options: ListenOptions) {
    const { language, hints, sampleRate } = options
    const detects = isAnyLanguage(language)
    const timeout = speechTimeout(options.settings)
    const english = !detects && primarySubtag(language) === 'en'
    this.language = detects ? '' : language
    this.format = nearestFormat(sampleRate)
    this.headers = { authorization: settings.apiKey ?? '' }
    this.url = socketUrl(settings.url ?? 'wss://streaming.assemblyai.com', '/v3/ws', {
      speech_model:
        options.model ||
        settings.model ||
        (english ? 'universal-streaming-english' : 'universal-streaming-multilingual'),
      encoding: this.format.encoding === 'mulaw' ? 'pcm_mulaw' : 'pcm_s16le',
      sample_rate: this.format.sampleRate,
      format_turns: true,
      min_turn_silence: timeout ?? numberOf(options.settings, 'min_turn_silence'),
      max_turn_silence: timeout ?? numberOf(options.settings, 'max_turn_silence'),
      keyterms_prompt: hints.length > 0 ? JSON.stringify(hints.slice(0, 100)) : undefined,
      language_detection: detects || undefined,
      filter_profanity: flagOf(options.settings, 'profanityFilter') || undefined,
    })
  }

  opening() {
    return []
  }

  audio(bytes: Buffer) {
    return bytes
  }

  finalize() {
    return ['{"type":"ForceEndpoint"}']
  }

  closing() {
    return ['{"type":"Terminate"}']
  }

  read(message: string | Buffer): SttSignal[] {
    const json = readJson('assemblyai', message)
    if (at(json, 'error') !== undefined) throw this.error(json)
    switch (text(json, 'type')) {
      case 'Begin':
        return [ready]
      case 'Turn':
        return this.turn(json)
      default:
        return []
    }
  }

  private turn(json: Json): SttSignal[] {
    const words = list(json, 'words')
    const spoken = text(json, 'transcript')
    // Words that may still change stand among `words` only.
    const all = words.map((word) => text(word, 'text')).join(' ')
    const over = flag(json, 'end_of_turn') && flag(json, 'turn_is_formatted')
    const transcript: Transcript = {
      text: over || spoken.length >= all.length ? spoken : all,
      language: text(json, 'language_code') || this.language || 'en',
      confidence: over ? confidenceOf(words) : undefined,
      endMs: number(words.at(-1), 'end'),
    }
    return over ? [final(transcript), endOfTurn] : [partial(transcript)]
  }

  private error(json: Json): VendorError {
    const code = number(json, 'error_code')
    const fault: VendorFault =
      code === 1008 || code === 4001 ? 'credentials' : exhausted.has(code) ? 'quota' : 'server'
    return new VendorError('assemblyai', fault, `${code ?? ''} ${text(json, 'error')}`)
  }
}

function confidenceOf(words: readonly unknown[]): number | undefined {
  const scores = words.flatMap((word) => number(word, 'confidence') ?? [])
  return scores.length > 0 ? scores.reduce((sum, one) => sum + one, 0) / scores.length : undefined
}
