import type { ListenOptions, Transcript } from '../engine.js'
import { isAmong, isAnyLanguage, primarySubtag } from '../languages.js'
import { tellsExpiry, VendorError, type VendorFault } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { at, flag, type Json, list, number, readJson, text } from '../wire/json.js'
import { endOfTurn, final, partial, ready, type SttDialogue, type SttSignal } from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { flagOf, numberOf, speechTimeout } from './settings.js'
import { among, bareModel, socketSttVendor } from './socket-stt.js'
import { fittingTerms } from './terms.js'

const models = [
  'universal-streaming-english',
  'universal-streaming-multilingual',
  'universal-3-6-pro',
  'universal-3-5-pro',
  'u3-rt-pro',
  'whisper-rt',
]
/** Languages of its multilingual streaming model, and of the first Universal-3 Pro. */
const six = ['en', 'es', 'fr', 'de', 'it', 'pt']

export const assemblyAiVendor = socketSttVendor({
  name: 'assemblyai',
  aliases: ['assembly-ai', 'assembly'],
  summary: 'universal streaming, 19 languages',
  variables: { apiKey: ['ASSEMBLYAI_API_KEY'] },
  capabilities: {
    languages: [...six, ...'ar da fi he hi ja nl no sv tr ur vi zh'.split(' ')],
    detectsLanguage: true,
    models,
    hints: 'key terms, up to 100 of 50 characters',
  },
  modelOf,
  understands: (model, language) => {
    if (model === 'universal-streaming-english') return primarySubtag(language) === 'en'
    return !/-multilingual$|^u3-/.test(model) || isAmong(six, language)
  },
  converse: (settings, options) => new AssemblyAiDialogue(settings, options),
})

function modelOf(model: string): string | undefined {
  const name = bareModel(model)
  // Telnyx' name for whichever fits the language.
  if (name === 'universal-streaming') return ''
  return among(models, name) ?? (/^(universal-|u3-)/.test(name) ? name : undefined)
}

/** The model for a language where nobody names one. */
function fitting(language: string): string {
  if (isAnyLanguage(language)) return 'universal-streaming-multilingual'
  if (primarySubtag(language) === 'en') return 'universal-streaming-english'
  return isAmong(six, language) ? 'universal-streaming-multilingual' : 'universal-3-6-pro'
}

/** Codes of an account without funds, without a card, or with too many streams. */
const exhausted = new Set<number | undefined>([3009, 4002, 4003, 4102])
/** Codes of what is wrong with the parameters, or with a message. */
const wrong = new Set<number | undefined>([3006, 4000, 4101, 4104])

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
  /** The language spoken last, where it is to be found out; partial turns do not tell it. */
  private found = 'en'
  /** Whether the end of a turn comes twice, and formatted the second time. */
  private readonly formats: boolean

  constructor(settings: VendorSettings, options: ListenOptions) {
    const { language, hints, sampleRate } = options
    const detects = isAnyLanguage(language)
    const timeout = speechTimeout(options.settings)
    const terms = fittingTerms(hints, { most: 100, length: 50 })
    const model = options.model || settings.model || fitting(language)
    this.formats = model.startsWith('universal-streaming')
    this.language = detects ? '' : language
    this.format = nearestFormat(sampleRate)
    this.headers = { authorization: settings.apiKey ?? '' }
    this.url = socketUrl(settings.url ?? 'wss://streaming.assemblyai.com', '/v3/ws', {
      speech_model: model,
      encoding: this.format.encoding === 'mulaw' ? 'pcm_mulaw' : 'pcm_s16le',
      sample_rate: this.format.sampleRate,
      // The others format all that they say.
      format_turns: this.formats || undefined,
      min_turn_silence: timeout ?? numberOf(options.settings, 'min_turn_silence'),
      max_turn_silence: timeout ?? numberOf(options.settings, 'max_turn_silence'),
      keyterms_prompt: terms.length > 0 ? JSON.stringify(terms) : undefined,
      language_detection: detects || undefined,
      language_codes:
        !detects && /^(u3-|universal-3)/.test(model) ? JSON.stringify([primarySubtag(language)]) : undefined,
      filter_profanity: flagOf(options.settings, 'profanity_filter', 'profanityFilter') || undefined,
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
    this.found = text(json, 'language_code') || this.found
    const spoken = text(json, 'transcript')
    // Words that may still change stand among `words` only.
    const all = words.map((word) => text(word, 'text')).join(' ')
    const over = flag(json, 'end_of_turn') && (flag(json, 'turn_is_formatted') || !this.formats)
    const transcript: Transcript = {
      text: over || spoken.length >= all.length ? spoken : all,
      language: this.language || this.found,
      confidence: over ? confidenceOf(words) : undefined,
      endMs: number(words.at(-1), 'end'),
    }
    return over ? [final(transcript), endOfTurn] : [partial(transcript)]
  }

  private error(json: Json): VendorError {
    const code = number(json, 'error_code')
    const words = text(json, 'error')
    return new VendorError('assemblyai', faultOf(code, words), `${code ?? ''} ${words}`)
  }
}

function faultOf(code: number | undefined, words: string): VendorFault {
  if (code === 3008 || code === 4008 || tellsExpiry(words)) return 'expired'
  if (exhausted.has(code) || /concurrent|balance/i.test(words)) return 'quota'
  if (wrong.has(code)) return 'request'
  return code === 1008 || code === 4001 ? 'credentials' : 'server'
}

function confidenceOf(words: readonly unknown[]): number | undefined {
  const scores = words.flatMap((word) => number(word, 'confidence') ?? [])
  return scores.length > 0 ? scores.reduce((sum, one) => sum + one, 0) / scores.length : undefined
}
