import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage } from '../languages.js'
import type { CloudTtsVendor } from '../vendor.js'
import { faultOfWords, VendorError } from '../vendor-error.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import type { StreamFormat } from '../wire/byte-decoder.js'
import { at, flag, type Json, list, text } from '../wire/json.js'
import { audio, done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { CloudVoices, voicesOf } from './cloud-voices.js'
import { EitherTts } from './either-tts.js'
import { HttpTts } from './http-tts.js'
import { socketTtsVendor } from './socket-tts.js'
import { fullName, isUltra, telnyxPost, wishesOf } from './telnyx-requests.js'

/** A voice is named by its model and its own name, behind the vendor's: `KokoroTTS.af_heart`. */
const voices = voicesOf(
  'KokoroTTS.af/f KokoroTTS.af_heart/f KokoroTTS.am_adam/m KokoroTTS.bf_emma/f NaturalHD.astra/f NaturalHD.albion/m ' +
    'NaturalHD.luna/f Natural.abbie/f',
)
const carried = /^(aws|azure|elevenlabs|fishaudio|humain|inworld|minimax|murfai|resemble|rime|soniox|xai)\./i
const row = socketTtsVendor({
  name: 'telnyx',
  aliases: [],
  summary: "Kokoro and Natural voices, and other vendors', by Telnyx",
  variables: { apiKey: ['TELNYX_API_KEY'] },
  capabilities: {
    // Its own voices speak ten or so, the others that it passes on to many more.
    languages: ['*'],
    models: ['KokoroTTS', 'Natural', 'NaturalHD', 'Ultra', 'Qwen3TTS', 'Bayan', 'Sukhan'],
    wordMarks: 'estimated',
    formats: ['pcm/24000', 'pcm/8000', 'pcm/16000'],
  },
  // Only where the app wrote the voice as Telnyx does.
  carries: (provider, name) =>
    carried.test(name) && name.toLowerCase().startsWith(provider) ? name : undefined,
  voices,
  otherVoice: (name) => (/^[\w-]+\.\S+$/.test(name) ? name : undefined),
  // The voice's name has the model in it.
  modelOf: () => '',
  preferred: ({ voice }) => ({ voice }),
  wire: telnyxWire,
})

export const telnyxTtsVendor: CloudTtsVendor = {
  ...row,
  create: (settings, context) => {
    const socket = row.create(settings, context)
    const { capabilities } = row
    const parts = {
      name: 'telnyx',
      capabilities,
      voices: new CloudVoices({ capabilities, voices, preferred: {} }),
    }
    const post = (request: SpeakRequest) => telnyxPost(settings, request)
    const requests = new HttpTts({ ...parts, secrets: secretsOf(settings), post }, context)
    return new EitherTts(socket, requests, isUltra)
  },
}

/** Telnyx' text-to-speech socket: one utterance for each connection. */
export function telnyxWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'telnyx',
    most: 1,
    reuse: false,
    confirmsCancel: true,
    // It closes after the inactivity timeout asked for below.
    idleMs: 110_000,
    address: (request) => ({
      url: socketUrl(settings.url ?? 'wss://api.telnyx.com', '/v2/text-to-speech/speech', {
        voice: fullName(request.voice),
        audio_format: 'linear16',
        sample_rate: formatOf(request).sampleRate,
        inactivity_timeout: 120,
        language: isAnyLanguage(request.language) ? undefined : request.language,
      }),
      headers: { authorization: `Bearer ${settings.apiKey}` },
      flavour: handshake(request),
    }),
    opening: (request) => [handshake(request)],
    utter: (request) => new TelnyxUtterance(request),
  }
}

/** Some models have one rate only, and Kokoro may send MP3 whatever it is asked for. */
function formatOf({ voice, sampleRate }: SpeakRequest): StreamFormat {
  const rate = /(KokoroTTS|Qwen3TTS|LibriTTS)\./i.test(voice) ? 24_000 : sampleRate
  return { encoding: 'pcm', sampleRate: rate, maybeMp3: true }
}

function handshake({ settings }: SpeakRequest): string {
  const chosen = wishesOf(settings)
  return JSON.stringify({ text: ' ', ...(Object.keys(chosen).length > 0 && { voice_settings: chosen }) })
}

class TelnyxUtterance implements Utterance {
  readonly format: StreamFormat
  private streamed = false

  constructor(private readonly request: SpeakRequest) {
    this.format = formatOf(request)
  }

  start() {
    return [JSON.stringify({ text: this.request.text, flush: true }), '{"text":""}']
  }

  cancel() {
    return undefined
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return []
    const error = text(message, 'error') || text(list(message, 'errors')[0], 'detail')
    if (error) throw new VendorError('telnyx', faultOfWords(error) ?? 'server', error)
    // What streams comes without its text; the whole of it, with its text, may follow once more.
    const whole = typeof at(message, 'text') === 'string' && text(message, 'text').trim() !== ''
    const sound = whole && this.streamed ? [] : audio(text(message, 'audio'))
    if (sound.length > 0 && !whole) this.streamed = true
    return flag(message, 'isFinal') ? [...sound, done] : sound
  }
}
