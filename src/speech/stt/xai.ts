import type { ListenOptions, Transcript } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { flag, type Json, list, ms, number, readJson, text } from '../wire/json.js'
import { endOfTurn, final, partial, ready, type SttDialogue, type SttSignal } from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { numberOf, speechTimeout, within } from './settings.js'
import { among, bareModel, socketSttVendor } from './socket-stt.js'
import { fittingTerms } from './terms.js'

const languages = 'ar cs da de en es fa fil fr hi id it ja ko mk ms nl pl pt ro ru sv th tr vi'
const models = ['grok-stt']

/** Silence, in ms, that ends a turn where the app leaves it to the engine. */
const ENDPOINTING_MS = 500

export const xaiSttVendor = socketSttVendor({
  name: 'xai',
  aliases: ['x-ai', 'grok'],
  summary: 'Grok speech to text, 25 languages',
  variables: { apiKey: ['XAI_API_KEY'] },
  capabilities: {
    languages: languages.split(' '),
    detectsLanguage: true,
    models,
    hints: 'key terms, up to 100 of 50 characters',
  },
  modelOf: (model) => among(models, bareModel(model)),
  converse: (settings, options) => new XaiDialogue(settings, options),
})

/** xAI's speech-to-text socket. */
export class XaiDialogue implements SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format: AudioFormat
  readonly packetMs = 40
  readonly waitsForReady = true
  readonly confirmsFinalize = false
  private readonly language: string
  /** Pieces of the utterance that are settled; its last message repeats them. */
  private settled = ''

  constructor(settings: VendorSettings, options: ListenOptions) {
    const { language, hints, sampleRate } = options
    this.language = isAnyLanguage(language) ? '' : language
    this.format = nearestFormat(sampleRate)
    this.headers = { authorization: `Bearer ${settings.apiKey}` }
    this.url = socketUrl(settings.url ?? 'wss://api.x.ai', '/v1/stt', {
      sample_rate: this.format.sampleRate,
      encoding: this.format.encoding,
      interim_results: true,
      endpointing:
        within(0, 5_000, speechTimeout(options.settings) ?? numberOf(options.settings, 'endpointing')) ??
        ENDPOINTING_MS,
      language: this.language ? primarySubtag(this.language) : undefined,
      keyterm: fittingTerms(hints, { most: 100, length: 50 }),
    })
  }

  opening() {
    return []
  }

  audio(bytes: Buffer) {
    return bytes
  }

  finalize() {
    return []
  }

  closing() {
    return ['{"type":"audio.done"}']
  }

  read(message: string | Buffer): SttSignal[] {
    const json = readJson('xai', message)
    switch (text(json, 'type')) {
      case 'transcript.created':
        return [ready]
      case 'transcript.partial':
        return this.piece(json)
      case 'transcript.done':
        return text(json, 'text') ? [this.complete(json), endOfTurn] : []
      case 'error':
        throw new VendorError('xai', 'server', text(json, 'message') || text(json, 'error', 'message'))
      default:
        return []
    }
  }

  private piece(json: Json): SttSignal[] {
    if (flag(json, 'is_final') && flag(json, 'speech_final')) return [this.complete(json), endOfTurn]
    const transcript = this.transcript(json)
    if (flag(json, 'is_final')) this.settled = transcript.text
    return [partial(transcript)]
  }

  private complete(json: Json): SttSignal {
    const transcript = this.transcript(json)
    this.settled = ''
    return final(transcript)
  }

  private transcript(json: Json): Transcript {
    const words = list(json, 'words')
    return {
      text: joined(this.settled, text(json, 'text').trim()),
      language: text(json, 'language') || this.language || 'en',
      endMs: ms(number(words.at(-1), 'end')),
    }
  }
}

/** A piece behind those before it, unless it begins with them or is the last of them again. */
function joined(settled: string, piece: string): string {
  const [before, now] = [plain(settled), plain(piece)]
  if (before === '' || now.startsWith(before)) return piece || settled
  return now === '' || before.endsWith(now) ? settled : `${settled} ${piece}`
}

function plain(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
