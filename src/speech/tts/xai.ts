import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage } from '../languages.js'
import type { CloudTtsVendor } from '../vendor.js'
import { VendorError } from '../vendor-error.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { type Json, text } from '../wire/json.js'
import { audio, done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { CloudVoices, voicesOf } from './cloud-voices.js'
import { textOf } from './settings.js'
import { SocketTts } from './socket-tts.js'

const voices = voicesOf('eve/f ara/f rex/m sal/m leo/m')

export const xaiTtsVendor: CloudTtsVendor = {
  name: 'xai',
  aliases: ['x-ai', 'grok'],
  summary: 'Grok voices in 20 languages',
  install: 'set XAI_API_KEY',
  account: 'xai',
  variables: { apiKey: ['XAI_API_KEY'] },
  configured: ({ apiKey }) => apiKey !== undefined,
  capabilities: {
    languages: 'ar bn da de en es fr hi id it ja ko nl pl pt ru sv tr vi zh'.split(' '),
    models: [],
    voices: voices.map(({ voice }) => voice),
    wordMarks: 'estimated',
    formats: ['mulaw/8000', 'pcm/16000'],
    transport: 'socket',
    ssml: false,
  },
  create: (settings, context) =>
    new SocketTts(
      {
        name: 'xai',
        capabilities: xaiTtsVendor.capabilities,
        voices: new CloudVoices({
          capabilities: xaiTtsVendor.capabilities,
          voices,
          otherVoice: (name) => (/^[a-z0-9_-]{6,}$/i.test(name) && /\d/.test(name) ? name : undefined),
          preferred: { voice: settings.voice },
        }),
        wire: xaiWire(settings),
        secrets: secretsOf(settings),
      },
      context,
    ),
}

/** xAI's text-to-speech socket: one utterance at a time, `text.clear` stops it. */
export function xaiWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'xai',
    most: 1,
    reuse: true,
    confirmsCancel: true,
    idleMs: 50_000,
    address: ({ voice, language, sampleRate, settings: wishes }) => ({
      url: socketUrl(settings.url ?? 'wss://api.x.ai', '/v1/tts', {
        voice,
        language: textOf(wishes, 'language') ?? (isAnyLanguage(language) ? 'auto' : language),
        codec: sampleRate === 8000 ? 'mulaw' : 'pcm',
        sample_rate: sampleRate === 8000 ? 8000 : 16_000,
      }),
      headers: { authorization: `Bearer ${settings.apiKey}` },
    }),
    opening: () => [],
    utter: (request) => new XaiUtterance(request),
  }
}

class XaiUtterance implements Utterance {
  readonly format
  private cancelled = false

  constructor(private readonly request: SpeakRequest) {
    this.format = nearestFormat(request.sampleRate)
  }

  start() {
    return [JSON.stringify({ type: 'text.delta', delta: this.request.text }), '{"type":"text.done"}']
  }

  cancel() {
    this.cancelled = true
    return ['{"type":"text.clear"}']
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return [{ type: 'audio', bytes: message }]
    const type = text(message, 'type')
    if (type === 'audio.delta') return audio(text(message, 'delta'))
    if (type === 'error') {
      throw new VendorError('xai', 'server', text(message, 'message') || text(message, 'error', 'message'))
    }
    return type === (this.cancelled ? 'audio.clear' : 'audio.done') ? [done] : []
  }
}
