import type { ListenOptions, Transcript } from '../engine.js'
import { isAnyLanguage, primarySubtag, withRegion } from '../languages.js'
import { faultOfStatus, VendorError, type VendorFault } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { whisperLanguages } from '../whisper-languages.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { at, flag, type Json, list, number, readJson, text } from '../wire/json.js'
import { endOfTurn, final, partial, type SttDialogue, type SttSignal } from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { deepgramTerms } from './deepgram.js'
import { fluxTurns } from './deepgram-flux.js'
import { deepgramTag } from './deepgram-tags.js'
import { boosts, numberOf, speechTimeout } from './settings.js'
import { bareModel, socketSttVendor } from './socket-stt.js'
import { speechmaticsLanguage } from './speechmatics.js'
import { fittingTerms } from './terms.js'

/** Telnyx passes audio on to these as well; the model's prefix tells which is meant. */
const carried: Readonly<Record<string, string>> = {
  assemblyai: 'AssemblyAI',
  azure: 'Azure',
  deepgram: 'Deepgram',
  google: 'Google',
  nvidia: 'Parakeet',
  openai: 'Telnyx',
  soniox: 'Soniox',
  speechmatics: 'Speechmatics',
  xai: 'xAI',
}

const defaults: Readonly<Record<string, string>> = {
  assemblyai: 'universal-streaming',
  azure: 'fast',
  deepgram: 'nova-3',
  google: 'latest_long',
  nvidia: 'parakeet-v3',
  soniox: 'stt-rt-v4',
  speechmatics: 'standard',
  xai: 'grok-stt',
}

export const telnyxSttVendor = socketSttVendor({
  name: 'telnyx',
  aliases: ['b'],
  summary: "Whisper, and other vendors' models, by Telnyx",
  variables: { apiKey: ['TELNYX_API_KEY'] },
  capabilities: {
    languages: whisperLanguages,
    detectsLanguage: true,
    models: ['openai/whisper-large-v3-turbo', 'openai/whisper-tiny', 'deepgram/nova-3', 'deepgram/nova-2'],
    hints: 'key terms (Deepgram)',
  },
  carries: (provider, model) => {
    const vendor = provider === 'parakeet' ? 'nvidia' : provider
    if (!carried[vendor] || vendor === 'openai') return undefined
    return `${vendor}/${bareModel(model) || defaults[vendor]}`
  },
  modelOf,
  converse: (settings, options) => new TelnyxDialogue(settings, options),
})

/** Engines whose models Telnyx names without the vendor in front. */
const bareNames = new Set(['Deepgram', 'Google'])

/** What an engine behind Telnyx calls a language: Telnyx hands it on as it is. */
function languageFor(engine: string, model: string, language: string): string {
  if (isAnyLanguage(language)) return engine === 'Telnyx' ? 'auto_detect' : 'multi'
  switch (engine) {
    case 'Deepgram':
      return deepgramTag(model, language)
    case 'Speechmatics':
      return speechmaticsLanguage(language)
    case 'Google':
    case 'Azure':
      return withRegion(language)
    default:
      return primarySubtag(language)
  }
}

/** `whisper-tiny` and `openai/whisper-tiny` are its own; the others have their vendor in front. */
function modelOf(model: string): string | undefined {
  const name = model.toLowerCase()
  if (name === '') return ''
  if (name.startsWith('whisper-')) return `openai/${name}`
  return carried[name.split('/')[0]!] && name.includes('/') ? name : undefined
}

/** Hints as Telnyx passes them to Deepgram: terms between commas, or of the older models words with what they weigh. */
function boosted(model: string, { hints, settings }: ListenOptions) {
  const weighed = boosts(settings)
  if (!/^nova(-2|$)/.test(model)) {
    return { keyterm: deepgramTerms([...weighed.map(([word]) => word), ...hints]).join(',') || undefined }
  }
  return { keywords: fittingTerms([...weighed.map((one) => one.join(':')), ...hints], { most: 100 }) }
}

/** Telnyx' speech-to-text socket. */
export class TelnyxDialogue implements SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format: AudioFormat
  // Telnyx recommends 2048 to 8192 bytes.
  readonly packetMs = 100
  readonly waitsForReady = false
  readonly confirmsFinalize = false
  readonly keepAlive
  private readonly isDeepgram: boolean
  private readonly isFlux: boolean
  private readonly language: string
  /** Whether there are final words whose end of turn was not told. */
  private unfinished = false
  /** Whether the next final answers `finalize`, which ends the turn. */
  private flushes = false

  constructor(settings: VendorSettings, options: ListenOptions) {
    const { language, sampleRate } = options
    const model = options.model || settings.model || 'openai/whisper-large-v3-turbo'
    const [vendor = '', name = ''] = model.split('/')
    const engine = carried[vendor] ?? 'Telnyx'
    this.isDeepgram = engine === 'Deepgram'
    this.isFlux = this.isDeepgram && name.startsWith('flux')
    this.keepAlive = this.isDeepgram ? { afterMs: 4_000, message: '{"type":"KeepAlive"}' } : undefined
    this.language = isAnyLanguage(language) ? 'en' : language
    this.format = nearestFormat(sampleRate)
    this.headers = { authorization: `Bearer ${settings.apiKey}` }
    this.url = socketUrl(settings.url ?? 'wss://api.telnyx.com', '/v2/speech-to-text/transcription', {
      transcription_engine: engine,
      model: bareNames.has(engine) ? name : model,
      input_format: this.format.encoding === 'mulaw' ? 'mulaw' : 'linear16',
      sample_rate: this.format.sampleRate,
      language: languageFor(engine, name, language),
      interim_results: true,
      endpointing: speechTimeout(options.settings) ?? numberOf(options.settings, 'endpointing') ?? 500,
      ...(this.isDeepgram && boosted(name, options)),
      ...(this.isFlux && fluxTurns(options, 0.9, 10_000)),
    })
  }

  opening() {
    return []
  }

  audio(bytes: Buffer) {
    return bytes
  }

  finalize() {
    this.flushes = true
    return this.isDeepgram ? ['{"type":"Finalize"}'] : []
  }

  closing() {
    return ['{"type":"CloseStream"}']
  }

  read(message: string | Buffer): SttSignal[] {
    const json = readJson('telnyx', message)
    if (at(json, 'errors') !== undefined || text(json, 'error')) throw errorOf(json)
    if (flag(json, 'utterance_end') && !text(json, 'transcript')) return this.utteranceEnded()
    if (at(json, 'transcript') === undefined) return []
    const transcript: Transcript = {
      text: text(json, 'transcript'),
      language: text(json, 'language') || this.language,
      confidence: number(json, 'confidence') || undefined,
    }
    if (!flag(json, 'is_final')) return [partial(transcript)]
    // Deepgram's nova settles words within a turn and says so when it is over; the others send whole utterances.
    const over = !this.isDeepgram || this.isFlux || flag(json, 'speech_final') || flag(json, 'utterance_end')
    if (over || this.flushes) this.unfinished = false
    else if (transcript.text) this.unfinished = true
    this.flushes = false
    return over ? [final(transcript), endOfTurn] : [final(transcript)]
  }

  /** It tells the end where speech_final did not, as behind noise; otherwise it comes late, maybe into the next turn. */
  private utteranceEnded(): SttSignal[] {
    const tells = this.unfinished
    this.unfinished = false
    return tells ? [endOfTurn] : []
  }
}

function errorOf(json: Json): VendorError {
  const first = list(json, 'errors')[0]
  const code = text(first, 'code')
  const detail = text(first, 'detail') || text(first, 'title') || text(json, 'error')
  const fault: VendorFault = /^4000/.test(code)
    ? 'request'
    : code.length === 3
      ? faultOfStatus(Number(code))
      : 'server'
  return new VendorError('telnyx', fault, `${code} ${detail}`)
}
