import type { ListenOptions, Transcript } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { faultOfStatus, tellsExpiry, VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { flag, list, number, readJson, text } from '../wire/json.js'
import {
  endOfTurn,
  final,
  finalized,
  partial,
  type SttDialogue,
  type SttSignal,
} from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { numberOf, speechTimeout, within } from './settings.js'
import { bareModel, socketSttVendor } from './socket-stt.js'
import { fittingTerms } from './terms.js'

const languages =
  'af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr gl gu he hi hr hu id it ja kk kn ko lt lv mk ml mr ms nl ' +
  'no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur vi zh'

export const sonioxVendor = socketSttVendor({
  name: 'soniox',
  aliases: [],
  summary: '60 languages, also mixed',
  variables: { apiKey: ['SONIOX_API_KEY'] },
  capabilities: {
    languages: languages.split(' '),
    detectsLanguage: true,
    models: ['stt-rt-v5', 'stt-rt-v4'],
    hints: 'terms of the context',
  },
  modelOf: (model) => {
    const name = bareModel(model)
    return name === '' || name.startsWith('stt-rt-') ? name : undefined
  },
  converse: (settings, options) => new SonioxDialogue(settings, options),
})

/** Soniox' real-time socket: tokens, each final once, the others sent anew with every message. */
export class SonioxDialogue implements SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format: AudioFormat
  readonly packetMs = 40
  readonly waitsForReady = false
  readonly confirmsFinalize = true
  readonly keepAlive = { afterMs: 8_000, message: '{"type":"keepalive"}' }
  private settled = ''
  private scores: number[] = []
  private language: string
  private endMs: number | undefined

  constructor(
    private readonly settings: VendorSettings,
    private readonly options: ListenOptions,
  ) {
    this.language = isAnyLanguage(options.language) ? 'en' : options.language
    this.format = nearestFormat(options.sampleRate)
    this.headers = { authorization: `Bearer ${settings.apiKey}` }
    this.url = socketUrl(settings.url ?? 'wss://stt-rt.soniox.com', '/transcribe-websocket')
  }

  opening() {
    const { language, languages: declared = [], hints, model, settings } = this.options
    const terms = fittingTerms(hints, { most: 1_000, total: 8_000 })
    const likely = declared.filter((tag) => !isAnyLanguage(tag)).map(primarySubtag)
    const detects = isAnyLanguage(language)
    const delay = speechTimeout(settings) ?? numberOf(settings, 'max_endpoint_delay_ms')
    const start = {
      // Deprecated beside the header, but what older servers of theirs go by.
      api_key: this.settings.apiKey,
      model: model || this.settings.model || 'stt-rt-v5',
      audio_format: this.format.encoding === 'mulaw' ? 'mulaw' : 'pcm_s16le',
      sample_rate: this.format.sampleRate,
      num_channels: 1,
      ...(detects && { enable_language_identification: true }),
      ...(detects
        ? likely.length > 0 && { language_hints: [...new Set(likely)] }
        : { language_hints: [primarySubtag(language)] }),
      enable_endpoint_detection: true,
      ...(delay !== undefined && { max_endpoint_delay_ms: within(500, 3_000, delay) }),
      ...(terms.length > 0 && { context: { terms } }),
    }
    return [JSON.stringify(start)]
  }

  audio(bytes: Buffer) {
    return bytes
  }

  finalize() {
    return ['{"type":"finalize"}']
  }

  closing() {
    return ['']
  }

  read(message: string | Buffer): SttSignal[] {
    const json = readJson('soniox', message)
    const code = number(json, 'error_code')
    if (code !== undefined) {
      const words = text(json, 'error_message')
      // It may end a stream at any time, and after 300 minutes in any case.
      const isOver = /restart the request|audio (is )?too long/i.test(words) || tellsExpiry(words)
      throw new VendorError('soniox', isOver ? 'expired' : faultOfStatus(code), `${code} ${words}`, {
        status: code,
      })
    }
    const signals: SttSignal[] = []
    let guess = ''
    for (const token of list(json, 'tokens')) {
      const words = text(token, 'text')
      if (words === '<end>') signals.push(...this.complete(endOfTurn))
      else if (words === '<fin>') signals.push(...this.complete(finalized))
      else if (flag(token, 'is_final')) this.settle(token, words)
      else guess += words
    }
    const sofar = (this.settled + guess).trim()
    if (sofar) signals.push(partial(this.transcript(sofar)))
    return signals
  }

  private settle(token: unknown, words: string): void {
    this.settled += words
    this.endMs = number(token, 'end_ms') ?? this.endMs
    this.language = (isAnyLanguage(this.options.language) && text(token, 'language')) || this.language
    const score = number(token, 'confidence')
    if (score !== undefined) this.scores.push(score)
  }

  private complete(last: SttSignal): SttSignal[] {
    const { scores } = this
    const confidence =
      scores.length > 0 ? scores.reduce((sum, one) => sum + one, 0) / scores.length : undefined
    const transcript = { ...this.transcript(this.settled.trim()), confidence, endMs: this.endMs }
    this.settled = ''
    this.scores = []
    return transcript.text ? [final(transcript), last] : [last]
  }

  private transcript(words: string): Transcript {
    return { text: words, language: this.language }
  }
}
