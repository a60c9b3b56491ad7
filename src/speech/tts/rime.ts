import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { faultOfWords, VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { at, type Json, list, text } from '../wire/json.js'
import { timedWords, WordFinder } from '../wire/marks.js'
import { audio, done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { voicesOf } from './cloud-voices.js'
import { speedOf } from './settings.js'
import { socketTtsVendor } from './socket-tts.js'

const models = ['coda', 'mistv3', 'mistv2', 'mist']
/** Each of its voices speaks one language (docs.rime.ai/docs/voices-coda); those of others have to be named. */
const voices = voicesOf(
  'astra/f celeste/f orion/m luna/f ursa/m esther/f estelle/f andromeda/f albion/m cove/m lagoon/f bayou/f peak/m',
  'en',
)
/** Its own codes of languages; Coda also knows those of two letters, which it shares with others. */
const codes: Readonly<Record<string, string>> = {
  ar: 'ara',
  de: 'ger',
  en: 'eng',
  es: 'spa',
  fr: 'fra',
  he: 'heb',
  hi: 'hin',
  ja: 'jpn',
  pt: 'por',
}

export const rimeVendor = socketTtsVendor({
  name: 'rime',
  aliases: [],
  summary: 'Coda and Mist voices',
  variables: { apiKey: ['RIME_API_KEY'] },
  capabilities: {
    languages: Object.keys(codes),
    models,
    wordMarks: 'vendor',
    formats: ['mulaw/8000', 'pcm/16000'],
  },
  voices,
  otherVoice: (name) => (/^[a-z][a-z_]+$/i.test(name) ? name.toLowerCase() : undefined),
  modelOf,
  wire: rimeWire,
})

/** Arcana was given up for Coda in August 2026, which takes its place (docs.rime.ai/docs/models). */
function modelOf(model: string): string | undefined {
  const name = model.toLowerCase()
  return name.startsWith('arcana') ? 'coda' : models.find((known) => known === name)
}

/** Rime's third socket, with JSON both ways. It closes when nothing is asked for 30 s. */
export function rimeWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'rime',
    most: 1,
    reuse: true,
    confirmsCancel: false,
    idleMs: 20_000,
    address: (request) => ({
      url: socketUrl(settings.url ?? 'wss://users-ws.rime.ai', '/ws3', query(request)),
      headers: { authorization: `Bearer ${settings.apiKey}` },
    }),
    opening: () => [],
    contextOf: (message) => text(message, 'contextId') || undefined,
    utter: (request, context) => new RimeUtterance(request, context),
  }
}

function query({ voice, model = models[0]!, language, sampleRate, settings }: SpeakRequest) {
  const format = nearestFormat(sampleRate)
  const code = isAnyLanguage(language) ? 'en' : primarySubtag(language)
  // Both factors are of the time taken: below 1 is faster.
  const factor = speedOf(settings) === 1 ? undefined : 1 / speedOf(settings)
  const isOld = model === 'mist' || model === 'mistv2'
  return {
    speaker: voice,
    modelId: model,
    audioFormat: format.encoding,
    samplingRate: format.sampleRate,
    lang: model === 'coda' ? code : codes[code],
    speedAlpha: isOld ? factor : undefined,
    timeScaleFactor: isOld ? undefined : factor,
    segment: 'never',
  }
}

class RimeUtterance implements Utterance {
  readonly format
  private readonly finder: WordFinder

  constructor(
    private readonly request: SpeakRequest,
    private readonly context: string,
  ) {
    this.format = nearestFormat(request.sampleRate)
    this.finder = new WordFinder(request.text, request.ssml)
  }

  start() {
    const contextId = this.context
    return [
      JSON.stringify({ text: `${this.request.text} `, contextId }),
      JSON.stringify({ operation: 'flush', contextId }),
    ]
  }

  cancel() {
    return ['{"operation":"clear"}']
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return [{ type: 'audio', bytes: message }]
    switch (text(message, 'type')) {
      case 'chunk':
        return audio(text(message, 'data'))
      case 'timestamps': {
        const times = at(message, 'word_timestamps')
        const words = timedWords(list(times, 'words'), list(times, 'start'), list(times, 'end'))
        return [{ type: 'marks', marks: this.finder.marks(words) }]
      }
      case 'done':
        return [done]
      case 'error': {
        const words = text(message, 'message')
        throw new VendorError('rime', faultOfWords(words) ?? 'server', words)
      }
      default:
        return []
    }
  }
}
