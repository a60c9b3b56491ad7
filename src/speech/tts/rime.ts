import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { at, type Json, list, text } from '../wire/json.js'
import { timedWords, WordFinder } from '../wire/marks.js'
import { audio, done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { voicesOf } from './cloud-voices.js'
import { speedOf } from './settings.js'
import { socketTtsVendor } from './socket-tts.js'

const models = ['arcana', 'coda', 'mistv3', 'mistv2', 'mist']
const voices = voicesOf(
  'luna/f celeste/f orion/m ursa/m astra/f esther/f estelle/f andromeda/f albion/m cove/m lagoon/f bayou/f peak/m',
)
/** Its own codes of languages. */
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
  summary: 'Arcana and Mist voices',
  variables: { apiKey: ['RIME_API_KEY'] },
  capabilities: {
    languages: Object.keys(codes),
    models,
    wordMarks: 'vendor',
    formats: ['pcm/8000', 'pcm/16000'],
  },
  voices,
  otherVoice: (name) => (/^[a-z][a-z_]+$/i.test(name) ? name.toLowerCase() : undefined),
  modelOf,
  wire: rimeWire,
})

/** `ArcanaV3` (Telnyx) is `arcana`. */
function modelOf(model: string): string | undefined {
  const name = model.toLowerCase()
  return name.startsWith('arcana') ? 'arcana' : models.find((known) => known === name)
}

/** Rime's third socket, with JSON both ways. It closes when nothing is asked for 30 s. */
export function rimeWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'rime',
    most: 1,
    reuse: true,
    confirmsCancel: false,
    idleMs: 20_000,
    address: ({ voice, model = models[0]!, language, sampleRate, settings: wishes }) => ({
      url: socketUrl(settings.url ?? 'wss://users-ws.rime.ai', '/ws3', {
        speaker: voice,
        modelId: model,
        audioFormat: 'pcm',
        samplingRate: sampleRate,
        lang: isAnyLanguage(language) ? 'eng' : codes[primarySubtag(language)],
        // Mist's factor is of the time taken: below 1 is faster.
        speedAlpha: model.startsWith('mist') && speedOf(wishes) !== 1 ? 1 / speedOf(wishes) : undefined,
        segment: 'never',
      }),
      headers: { authorization: `Bearer ${settings.apiKey}` },
    }),
    opening: () => [],
    contextOf: (message) => text(message, 'contextId') || undefined,
    utter: (request, context) => new RimeUtterance(request, context),
  }
}

class RimeUtterance implements Utterance {
  readonly format
  private readonly finder: WordFinder

  constructor(
    private readonly request: SpeakRequest,
    private readonly context: string,
  ) {
    this.format = { encoding: 'pcm', sampleRate: request.sampleRate } as const
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
      case 'error':
        throw new VendorError('rime', 'server', text(message, 'message'))
      default:
        return []
    }
  }
}
