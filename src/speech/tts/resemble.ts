import type { SpeakRequest } from '../engine.js'
import { faultOfStatus, VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { type Json, number, text } from '../wire/json.js'
import { audio, done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { voicesOf } from './cloud-voices.js'
import { socketTtsVendor } from './socket-tts.js'

const voices = voicesOf('55592656/f')

export const resembleVendor = socketTtsVendor({
  name: 'resemble',
  aliases: ['resembleai', 'resemble-ai'],
  summary: 'cloned voices of your account',
  variables: { apiKey: ['RESEMBLE_API_KEY'] },
  capabilities: {
    languages: 'ar da de el en es fi fr he hi it ja ko ms nl no pl pt ru sv sw tr zh'.split(' '),
    models: ['Turbo'],
    wordMarks: 'estimated',
    formats: ['mulaw/8000', 'pcm/16000'],
    ssml: true,
  },
  voices,
  // A voice's UUID is eight hexadecimal digits, or a whole one.
  otherVoice: (name) => (/^[0-9a-f]{8}(-[0-9a-f-]+)?$/i.test(name) ? name.toLowerCase() : undefined),
  preferred: ({ voice }) => ({ voice }),
  wire: resembleWire,
})

/** Resemble's streaming socket. It has no way to stop: that closes the connection. */
export function resembleWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'resemble',
    most: 1,
    reuse: true,
    confirmsCancel: true,
    idleMs: 50_000,
    address: () => ({
      url: socketUrl(settings.url ?? 'wss://websocket.cluster.resemble.ai', '/stream'),
      headers: { authorization: `Bearer ${settings.apiKey}` },
    }),
    opening: () => [],
    utter: (request, context) => new ResembleUtterance(request, Number(context.replace(/\D/g, ''))),
  }
}

class ResembleUtterance implements Utterance {
  readonly format

  constructor(
    private readonly request: SpeakRequest,
    private readonly id: number,
  ) {
    this.format = nearestFormat(request.sampleRate)
  }

  start() {
    const { voice, text: data, ssml } = this.request
    return [
      JSON.stringify({
        voice_uuid: voice,
        data: ssml && !/^\s*<speak/.test(data) ? `<speak>${data}</speak>` : data,
        request_id: this.id,
        binary_response: false,
        output_format: 'wav',
        sample_rate: this.format.sampleRate,
        precision: this.format.encoding === 'mulaw' ? 'MULAW' : 'PCM_16',
        no_audio_header: true,
      }),
    ]
  }

  cancel() {
    return undefined
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return [{ type: 'audio', bytes: message }]
    const type = text(message, 'type')
    if (type === 'error') {
      const status = number(message, 'status_code') ?? 500
      const detail = `${status} ${text(message, 'error_name')} ${text(message, 'message')}`
      throw new VendorError('resemble', faultOfStatus(status), detail, { status })
    }
    const id = number(message, 'request_id')
    if (id !== undefined && id !== this.id) return []
    if (type === 'audio') return audio(text(message, 'audio_content'))
    return type === 'audio_end' ? [done] : []
  }
}
