import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import { faultOfStatus, VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { flag, type Json, number, text } from '../wire/json.js'
import { audio, done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { voicesOf } from './cloud-voices.js'
import { numberOf } from './settings.js'
import { socketTtsVendor } from './socket-tts.js'

const models = ['tts-rt-v2', 'tts-rt-v1']
const voices = voicesOf('Emma/f Adrian/m Maya/f Daniel/m Nina/f Jack/m')

export const sonioxTtsVendor = socketTtsVendor({
  name: 'soniox',
  aliases: [],
  summary: 'voices in 60 languages',
  variables: { apiKey: ['SONIOX_API_KEY'] },
  capabilities: {
    languages: ['*'],
    models,
    wordMarks: 'estimated',
    formats: ['mulaw/8000', 'pcm/16000'],
  },
  voices,
  otherVoice: (name) => (/^[A-Z][a-z]+$/.test(name) ? name : undefined),
  modelOf: (model) => (/^tts-rt-/i.test(model) ? model.toLowerCase() : undefined),
  preferred: ({ voice }) => ({ voice }),
  wire: sonioxWire,
})

/** Soniox' text-to-speech socket: a stream for each utterance. */
export function sonioxWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'soniox',
    most: 5,
    reuse: true,
    confirmsCancel: false,
    idleMs: 120_000,
    keepAlive: { everyMs: 15_000, message: '{"keep_alive":true}' },
    address: () => ({
      url: socketUrl(settings.url ?? 'wss://tts-rt.soniox.com', '/tts-websocket'),
      headers: { authorization: `Bearer ${settings.apiKey}` },
    }),
    opening: () => [],
    contextOf: (message) => text(message, 'stream_id') || undefined,
    utter: (request, context) => new SonioxUtterance(settings, request, context),
  }
}

class SonioxUtterance implements Utterance {
  readonly format

  constructor(
    private readonly settings: VendorSettings,
    private readonly request: SpeakRequest,
    private readonly stream: string,
  ) {
    this.format = nearestFormat(request.sampleRate)
  }

  start() {
    const { voice, model = models[0], language, settings, text: words } = this.request
    const speed = numberOf(settings, 'speed', 'voice_speed')
    const stream_id = this.stream
    return [
      {
        api_key: this.settings.apiKey,
        stream_id,
        model,
        voice,
        language: isAnyLanguage(language) ? 'en' : primarySubtag(language),
        audio_format: this.format.encoding === 'mulaw' ? 'pcm_mulaw' : 'pcm_s16le',
        sample_rate: this.format.sampleRate,
        ...(speed !== undefined && { speed }),
        ...(typeof settings['reduce_silence'] === 'boolean' && {
          reduce_silence: settings['reduce_silence'],
        }),
      },
      { stream_id, text: words, text_end: true },
    ].map((message) => JSON.stringify(message))
  }

  cancel() {
    return [JSON.stringify({ stream_id: this.stream, cancel: true })]
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return []
    const status = number(message, 'error_code')
    if (status !== undefined) {
      throw new VendorError('soniox', faultOfStatus(status), `${status} ${text(message, 'error_message')}`, {
        status,
      })
    }
    const sound = audio(text(message, 'audio'))
    return flag(message, 'audio_end') || flag(message, 'terminated') ? [...sound, done] : sound
  }
}
