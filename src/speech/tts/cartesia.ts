import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { faultOfStatus, faultOfWords, VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { at, flag, type Json, list, number, text } from '../wire/json.js'
import { timedWords, WordFinder } from '../wire/marks.js'
import { audio, done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { voicesOf } from './cloud-voices.js'
import { numberOf } from './settings.js'
import { socketTtsVendor } from './socket-tts.js'

const languages =
  'ar bg bn cs da de el en es fi fr gu he hi hr hu id it ja ka kn ko ml mr ms nl no pa pl pt ro ru sk sv ta te th tl tr uk ' +
  'vi zh'
const models = ['sonic-3.5', 'sonic-3', 'sonic-turbo', 'sonic-2']
const version = '2026-08-14'

/** Katie and Kiefer, who speak every language. */
const voices = voicesOf('f786b574-daa5-4673-aa0c-cbe3e8534c02/f 228fca29-3a0a-435c-8728-5cb483251068/m')

export const cartesiaVendor = socketTtsVendor({
  name: 'cartesia',
  aliases: ['sonic'],
  summary: 'Sonic voices in 42 languages',
  variables: { apiKey: ['CARTESIA_API_KEY'], url: ['CARTESIA_BASE_URL'] },
  capabilities: {
    languages: languages.split(' '),
    models,
    wordMarks: 'vendor',
    formats: ['mulaw/8000', 'pcm/16000'],
  },
  voices,
  otherVoice: (name) =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name) ? name.toLowerCase() : undefined,
  modelOf: (model) => (/^sonic/i.test(model) ? model.toLowerCase() : undefined),
  wire: cartesiaWire,
})

/** Cartesia's socket: a context for each utterance. */
export function cartesiaWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'cartesia',
    most: 8,
    reuse: true,
    confirmsCancel: false,
    idleMs: 240_000,
    address: () => ({
      url: socketUrl(settings.url ?? 'wss://api.cartesia.ai', '/tts/websocket', {
        cartesia_version: version,
      }),
      headers: { authorization: `Bearer ${settings.apiKey}`, 'cartesia-version': version },
    }),
    opening: () => [],
    contextOf: (message) => text(message, 'context_id') || undefined,
    utter: (request, context) => new CartesiaUtterance(request, context),
  }
}

class CartesiaUtterance implements Utterance {
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
    const { model = models[0], text: transcript, voice, language, settings } = this.request
    const speed = numberOf(settings, 'speed', 'voice_speed')
    return [
      JSON.stringify({
        context_id: this.context,
        model_id: model,
        transcript,
        voice: { mode: 'id', id: voice },
        ...(!isAnyLanguage(language) && { language: primarySubtag(language) }),
        output_format: {
          container: 'raw',
          encoding: this.format.encoding === 'mulaw' ? 'pcm_mulaw' : 'pcm_s16le',
          sample_rate: this.format.sampleRate,
        },
        ...(speed !== undefined && { generation_config: { speed } }),
        continue: false,
        add_timestamps: true,
      }),
    ]
  }

  cancel() {
    return [JSON.stringify({ context_id: this.context, cancel: true })]
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return []
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
        throw errorOf(message)
      default:
        return flag(message, 'done') ? [done] : []
    }
  }
}

function errorOf(message: Json): VendorError {
  const status = number(message, 'status_code')
  const detail = text(message, 'message') || text(message, 'error') || text(message, 'title')
  const code = text(message, 'error_code')
  const fault = status
    ? faultOfStatus(status)
    : (faultOfWords(`${code.replaceAll('_', ' ')} ${detail}`) ?? 'server')
  return new VendorError('cartesia', fault, [status, code, detail].filter(Boolean).join(' '), { status })
}
