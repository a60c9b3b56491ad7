import type { ListenOptions, Transcript } from '../engine.js'
import { isAmong, isAnyLanguage, likelyLanguages, nameAmong, primarySubtag } from '../languages.js'
import { VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { at, flag, type Json, ms, number, readJson, text } from '../wire/json.js'
import {
  endOfTurn,
  final,
  finalized,
  partial,
  type SttDialogue,
  type SttSignal,
} from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { deepgramTag, nova2, nova3, tagsOf } from './deepgram-tags.js'
import { boosts, flagOf, numberOf, speechTimeout } from './settings.js'
import { among, bareModel, socketSttVendor } from './socket-stt.js'
import { fittingTerms, tokensOf } from './terms.js'

/** Silence, in ms, that ends a turn where the app leaves it to the engine. */
const ENDPOINTING_MS = 500

export const deepgramVendor = socketSttVendor({
  name: 'deepgram',
  aliases: ['deepgram-nova'],
  summary: 'nova models in 56 languages',
  variables: { apiKey: ['DEEPGRAM_API_KEY'] },
  capabilities: {
    languages: [...new Set([...nova3, ...nova2].map(primarySubtag))],
    detectsLanguage: true,
    models: ['nova-3-general', 'nova-2-general', 'nova-3', 'nova-2', 'nova-3-medical', 'nova-2-phonecall'],
    hints: 'key terms (nova-3), keywords (nova-2)',
  },
  modelOf,
  understands: (model, language) => isAmong(tagsOf(model), language),
  converse: (settings, options) => new DeepgramDialogue(settings, options),
})

function modelOf(model: string): string | undefined {
  const name = bareModel(model)
  if (name === 'multi' || name === 'general') return ''
  return (
    among(deepgramVendor.capabilities.models, name) ??
    (/^nova(-\d)?(-[a-z]+)?$/.test(name) ? name : undefined)
  )
}

/** Hints as Deepgram takes them: 100 terms of 500 tokens together; more, and it refuses the session. */
export function deepgramTerms(hints: readonly string[]): string[] {
  return fittingTerms(hints, { most: 100, total: 500, cost: tokensOf })
}

/** Deepgram's listen socket, version 1. */
export class DeepgramDialogue implements SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format: AudioFormat
  readonly packetMs = 20
  readonly waitsForReady = false
  readonly confirmsFinalize = true
  // Without audio or this for 10 s Deepgram closes with NET-0001.
  readonly keepAlive = { afterMs: 4_000, message: '{"type":"KeepAlive"}' }
  private language: string
  /** Whether there are final words whose end of turn was not told. */
  private unfinished = false

  constructor(
    settings: VendorSettings,
    private readonly options: ListenOptions,
  ) {
    this.language = isAnyLanguage(options.language)
      ? likelyLanguages(options.languages, 1)[0]!
      : options.language
    this.format = nearestFormat(options.sampleRate)
    this.headers = { authorization: `Token ${settings.apiKey}` }
    this.url = socketUrl(
      settings.url ?? 'https://api.deepgram.com',
      '/v1/listen',
      this.query(settings, options),
    )
  }

  opening() {
    return []
  }

  audio(bytes: Buffer) {
    return bytes
  }

  finalize() {
    return ['{"type":"Finalize"}']
  }

  closing() {
    return ['{"type":"CloseStream"}']
  }

  read(message: string | Buffer): SttSignal[] {
    const json = readJson('deepgram', message)
    switch (text(json, 'type')) {
      case 'Results':
        return this.results(json)
      // It tells the end where speech_final did not, as behind noise; otherwise it comes late, maybe into the next turn.
      case 'UtteranceEnd':
        return this.unfinished ? this.ended(endOfTurn) : []
      case 'Error':
        throw new VendorError('deepgram', 'server', text(json, 'description') || text(json, 'message'))
      default:
        return []
    }
  }

  private results(json: Json): SttSignal[] {
    const best = at(json, 'channel', 'alternatives', 0)
    const start = number(json, 'start')
    const duration = number(json, 'duration')
    const transcript: Transcript = {
      text: text(best, 'transcript'),
      language: this.languageOf(text(best, 'languages', 0)),
      confidence: number(best, 'confidence'),
      endMs: start === undefined || duration === undefined ? undefined : ms(start + duration),
    }
    if (!flag(json, 'is_final')) return [partial(transcript)]
    if (flag(json, 'from_finalize')) return [final(transcript), ...this.ended(finalized)]
    if (flag(json, 'speech_final')) return [final(transcript), ...this.ended(endOfTurn)]
    if (transcript.text) this.unfinished = true
    return [final(transcript)]
  }

  /** Where the language is to be found out, interim results do not tell it. */
  private languageOf(found: string): string {
    if (found && isAnyLanguage(this.options.language)) this.language = found
    return this.language
  }

  private ended(signal: SttSignal): SttSignal[] {
    this.unfinished = false
    return [signal]
  }

  private query({ model: preferred }: VendorSettings, { model, language, hints, settings }: ListenOptions) {
    const detects = isAnyLanguage(language)
    const fitting = detects || nameAmong(nova3, language) ? 'nova-3-general' : 'nova-2-general'
    const chosen = model || preferred || fitting
    const words = boosts(settings).map(([word, boost]) => `${word}:${boost}`)
    const timeout = speechTimeout(settings)
    return {
      model: chosen,
      language: detects ? 'multi' : deepgramTag(chosen, language),
      encoding: this.format.encoding === 'mulaw' ? 'mulaw' : 'linear16',
      sample_rate: this.format.sampleRate,
      channels: 1,
      interim_results: true,
      punctuate: true,
      smart_format: flagOf(settings, 'smart_format', 'deepgramSmartFormat') ?? true,
      profanity_filter: flagOf(settings, 'profanity_filter', 'profanityFilter') || undefined,
      endpointing: timeout ?? ENDPOINTING_MS,
      // Deepgram takes no less than 1000.
      utterance_end_ms: Math.max(1000, numberOf(settings, 'utterance_end_ms') ?? timeout ?? 1000),
      ...(chosen.startsWith('nova-3')
        ? { keyterm: deepgramTerms([...boosts(settings).map(([word]) => word), ...hints]) }
        : {
            keywords: fittingTerms([...words, ...hints.flatMap((hint) => hint.split(/\s+/))], { most: 100 }),
          }),
    }
  }
}
