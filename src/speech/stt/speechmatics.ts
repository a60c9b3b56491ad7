import type { ListenOptions, Transcript } from '../engine.js'
import { nameAmong, primarySubtag } from '../languages.js'
import { VendorError, type VendorFault } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { type Json, list, ms, number, readJson, text } from '../wire/json.js'
import { endOfTurn, final, partial, ready, type SttDialogue, type SttSignal } from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { speechTimeout } from './settings.js'
import { among, bareModel, socketSttVendor } from './socket-stt.js'
import { fittingTerms } from './terms.js'

const languages =
  'ar ba be bg bn ca cmn cs cy da de el en eo es et eu fa fi fr ga gl he hi hr hu ia id it ja ko lt lv mn mr ms mt nl ' +
  'no pl pt ro ru sk sl sv sw ta th tl tr ug uk ur vi yue zh ar_en cmn_en cmn_en_ms_ta en_ms en_ta es-bilingual-en'
const models = ['enhanced', 'standard']

/** Silence, in ms, that ends a turn where the app leaves it to the engine; Speechmatics takes up to 2000. */
const SILENCE_MS = 700
/** Longest that settling a word may take, in seconds; 0.7 is the least. */
const MOST_DELAY = 1

export const speechmaticsVendor = socketSttVendor({
  name: 'speechmatics',
  aliases: [],
  summary: 'over 50 languages',
  variables: { apiKey: ['SPEECHMATICS_API_KEY'] },
  capabilities: {
    languages: languages.split(' '),
    detectsLanguage: false,
    models,
    hints: 'additional vocabulary',
  },
  modelOf: (model) => among(models, bareModel(model)),
  converse: (settings, options) => new SpeechmaticsDialogue(settings, options),
})

/** Speechmatics' real-time socket. Its words come settled a few at a time, and are put together here. */
export class SpeechmaticsDialogue implements SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format: AudioFormat
  readonly packetMs = 40
  readonly waitsForReady = true
  readonly confirmsFinalize = false
  private settled = ''
  private endMs: number | undefined
  private scores: number[] = []
  private packets = 0

  constructor(
    private readonly settings: VendorSettings,
    private readonly options: ListenOptions,
  ) {
    this.format = nearestFormat(options.sampleRate)
    this.headers = { authorization: `Bearer ${settings.apiKey}` }
    this.url = socketUrl(settings.url ?? 'wss://eu.rt.speechmatics.com', '/v2')
  }

  opening() {
    const { language, hints, model, settings } = this.options
    const terms = fittingTerms(hints, { most: 1_000 })
    const locale = localeOf(language)
    const { encoding, sampleRate } = this.format
    const start = {
      message: 'StartRecognition',
      audio_format: {
        type: 'raw',
        encoding: encoding === 'mulaw' ? 'mulaw' : 'pcm_s16le',
        sample_rate: sampleRate,
      },
      transcription_config: {
        language: speechmaticsLanguage(language),
        ...(locale && { output_locale: locale }),
        operating_point: model || this.settings.model || models[0],
        enable_partials: true,
        max_delay: MOST_DELAY,
        conversation_config: {
          end_of_utterance_silence_trigger: Math.min(2000, speechTimeout(settings) ?? SILENCE_MS) / 1000,
        },
        ...(terms.length > 0 && { additional_vocab: terms.map((content) => ({ content })) }),
      },
    }
    return [JSON.stringify(start)]
  }

  audio(bytes: Buffer) {
    this.packets++
    return bytes
  }

  finalize() {
    return ['{"message":"ForceEndOfUtterance"}']
  }

  closing() {
    return [JSON.stringify({ message: 'EndOfStream', last_seq_no: this.packets })]
  }

  read(message: string | Buffer): SttSignal[] {
    const json = readJson('speechmatics', message)
    switch (text(json, 'message')) {
      case 'RecognitionStarted':
        return [ready]
      case 'AddPartialTranscript':
        return [partial(this.transcript(appended(this.settled, json)))]
      case 'AddTranscript':
        this.settle(json)
        return this.settled ? [partial(this.transcript(this.settled))] : []
      case 'EndOfUtterance':
        return this.endOfUtterance()
      case 'Error':
        throw new VendorError(
          'speechmatics',
          faultOf(text(json, 'type')),
          `${text(json, 'type')} ${text(json, 'reason')}`,
        )
      default:
        return []
    }
  }

  private settle(json: Json): void {
    this.settled = appended(this.settled, json)
    this.endMs = ms(number(json, 'metadata', 'end_time')) ?? this.endMs
    for (const result of list(json, 'results')) {
      const score = number(result, 'alternatives', 0, 'confidence')
      if (score !== undefined && text(result, 'type') !== 'punctuation') this.scores.push(score)
    }
  }

  private endOfUtterance(): SttSignal[] {
    const { scores } = this
    const confidence =
      scores.length > 0 ? scores.reduce((sum, one) => sum + one, 0) / scores.length : undefined
    const transcript = { ...this.transcript(this.settled), confidence, endMs: this.endMs }
    this.settled = ''
    this.scores = []
    return [final(transcript), endOfTurn]
  }

  private transcript(words: string): Transcript {
    return { text: words, language: this.options.language }
  }
}

/** Text with the words of a message behind it; punctuation may come on its own, and joins what it follows. */
function appended(before: string, json: Json): string {
  const words = text(json, 'metadata', 'transcript').trim()
  if (!words) return before
  return before && !/^[.,;:!?%)\]…。，、！？]/u.test(words) ? `${before} ${words}` : before + words
}

/** Cantonese, Mandarin, or the language as it is. */
export function speechmaticsLanguage(tag: string): string {
  const all = languages.split(' ')
  if (all.includes(tag)) return tag === 'zh' ? 'cmn' : tag
  const primary = primarySubtag(nameAmong(all, tag) ?? tag)
  if (primary !== 'zh') return primary
  return /-(hk|mo)$/i.test(tag) ? 'yue' : 'cmn'
}

/** The spelling of a language that has several. */
function localeOf(tag: string): string | undefined {
  if (/^en-(gb|us|au)$/i.test(tag)) return `en-${tag.slice(3).toUpperCase()}`
  if (/^(zh|cmn)(-hant|-tw|-hant-tw)$/i.test(tag)) return 'cmn-Hant'
  return undefined
}

function faultOf(type: string): VendorFault {
  if (type === 'not_authorised' || type === 'not_allowed') return 'credentials'
  if (['quota_exceeded', 'timelimit_exceeded', 'insufficient_funds'].includes(type)) return 'quota'
  if (['session_timeout', 'session_transfer', 'idle_timeout'].includes(type)) return 'expired'
  if (type.startsWith('invalid_') || type === 'protocol_error') return 'request'
  return 'server'
}
