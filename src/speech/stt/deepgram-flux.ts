import type { ListenOptions, Transcript } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { type Json, list, ms, number, readJson, text } from '../wire/json.js'
import { endOfTurn, final, partial, type SttDialogue, type SttSignal } from '../wire/stt-dialogue.js'
import { socketUrl } from '../wire/urls.js'
import { deepgramTerms } from './deepgram.js'
import { flagOf, numberOf, speechTimeout, within } from './settings.js'
import { bareModel, socketSttVendor } from './socket-stt.js'

const models = ['flux-general-en', 'flux-general-multi']
const languages = ['en', 'es', 'fr', 'de', 'hi', 'ru', 'pt', 'ja', 'it', 'nl']

export const deepgramFluxVendor = socketSttVendor({
  name: 'deepgram-flux',
  aliases: ['flux', 'dgflux'],
  summary: "Deepgram Flux, with the model's own turn detection",
  account: 'deepgram',
  variables: { apiKey: ['DEEPGRAM_API_KEY'] },
  capabilities: {
    languages,
    detectsLanguage: true,
    models,
    hints: 'key terms',
  },
  modelOf,
  understands: (model, language) => model !== 'flux-general-en' || primarySubtag(language) === 'en',
  converse: (settings, options) => new FluxDialogue(settings, options),
})

function modelOf(model: string): string | undefined {
  const name = bareModel(model)
  if (name === '' || name === 'flux' || name === 'flux-general') return ''
  return models.find((known) => known === name)
}

/** Languages to be expected: the one that is asked for, or those that the session declares. */
function hinted({ language, languages: declared = [] }: ListenOptions): string[] {
  const expected = isAnyLanguage(language) ? declared : [language]
  return [...new Set(expected.map(primarySubtag))].filter((one) => languages.includes(one))
}

/** What ends a turn, within the bounds of whoever takes it: what is beyond them is refused. */
export function fluxTurns({ settings }: ListenOptions, mostThreshold = 1, mostTimeoutMs = 60_000) {
  return {
    eot_threshold: within(0.5, mostThreshold, numberOf(settings, 'eot_threshold', 'eotThreshold')),
    eager_eot_threshold: within(0.3, 0.9, numberOf(settings, 'eager_eot_threshold')),
    eot_timeout_ms: within(
      500,
      mostTimeoutMs,
      speechTimeout(settings) ?? numberOf(settings, 'eot_timeout_ms'),
    ),
  }
}

/** Deepgram's listen socket, version 2. */
export class FluxDialogue implements SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format: AudioFormat
  // Deepgram recommends packets of 80 ms for Flux.
  readonly packetMs = 80
  readonly waitsForReady = false
  readonly confirmsFinalize = false
  private readonly language: string
  private inTurn = false

  constructor(settings: VendorSettings, options: ListenOptions) {
    const { language, hints, model, sampleRate } = options
    this.format = nearestFormat(sampleRate)
    const english = !isAnyLanguage(language) && primarySubtag(language) === 'en'
    const chosen = model || (english ? 'flux-general-en' : 'flux-general-multi')
    this.language = isAnyLanguage(language) ? '' : language
    this.headers = { authorization: `Token ${settings.apiKey}` }
    this.url = socketUrl(settings.url ?? 'https://api.deepgram.com', '/v2/listen', {
      model: chosen,
      encoding: this.format.encoding === 'mulaw' ? 'mulaw' : 'linear16',
      sample_rate: sampleRate === 8000 ? 8000 : 16_000,
      ...fluxTurns(options),
      keyterm: deepgramTerms(hints),
      profanity_filter: flagOf(options.settings, 'profanity_filter', 'profanityFilter') || undefined,
      language_hint: chosen.endsWith('multi') ? hinted(options) : [],
    })
  }

  opening() {
    return []
  }

  audio(bytes: Buffer) {
    return bytes
  }

  finalize() {
    return this.inTurn ? ['{"type":"ForceEndTurn"}'] : []
  }

  closing() {
    return ['{"type":"CloseStream"}']
  }

  read(message: string | Buffer): SttSignal[] {
    const json = readJson('deepgram-flux', message)
    if (text(json, 'type') === 'Error') {
      throw new VendorError('deepgram-flux', 'server', `${text(json, 'code')} ${text(json, 'description')}`)
    }
    if (text(json, 'type') !== 'TurnInfo') return []
    const transcript = this.transcript(json)
    const event = text(json, 'event')
    this.inTurn = event !== 'EndOfTurn' && (this.inTurn || event === 'StartOfTurn' || transcript.text !== '')
    return event === 'EndOfTurn' ? [final(transcript), endOfTurn] : [partial(transcript)]
  }

  private transcript(json: Json): Transcript {
    const scores = list(json, 'words').flatMap((word) => number(word, 'confidence') ?? [])
    return {
      text: text(json, 'transcript'),
      language: text(json, 'languages', 0) || this.language || 'en',
      confidence: scores.length > 0 ? scores.reduce((sum, one) => sum + one, 0) / scores.length : undefined,
      endMs: ms(number(json, 'audio_window_end')),
    }
  }
}
