import type { SpeakRequest } from '../engine.js'
import { faultOfStatus, VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { nearestFormat, sampleBytes } from '../wire/audio-bytes.js'
import { at, type Json, list, number, text } from '../wire/json.js'
import { type TimedWord, WordFinder } from '../wire/marks.js'
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
    wordMarks: 'vendor',
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
  private readonly finder: WordFinder
  private readonly bytesPerMs: number
  private bytes = 0
  /** Where the latest of its characters begins, in ms of the request's audio. */
  private latestMs = 0
  private word: TimedWord | undefined

  constructor(
    private readonly request: SpeakRequest,
    private readonly id: number,
  ) {
    this.format = nearestFormat(request.sampleRate)
    this.bytesPerMs = (this.format.sampleRate / 1000) * sampleBytes(this.format.encoding)
    this.finder = new WordFinder(request.text, request.ssml)
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
    if (type === 'audio_end') return [...this.marks(this.word ? [this.word] : []), done]
    if (type !== 'audio') return []
    const words = this.words(at(message, 'audio_timestamps'))
    const sound = audio(text(message, 'audio_content'))
    for (const signal of sound) if (signal.type === 'audio') this.bytes += signal.bytes.length
    return [...this.marks(words), ...sound]
  }

  private marks(words: readonly TimedWord[]): TtsSignal[] {
    const marks = this.finder.marks(words)
    return marks.length > 0 ? [{ type: 'marks', marks }] : []
  }

  /**
   * The words that a message's characters complete. Its documents do not say whether their times count from the
   * beginning of the message's audio or of all: those that lie before what was told already count from the message's.
   */
  private words(times: unknown): TimedWord[] {
    const spans = list(times, 'graph_times')
    const [first] = spans
    const isOwn = Array.isArray(first) && Number(first[0]) * 1000 < this.latestMs
    const before = isOwn ? this.bytes / this.bytesPerMs : 0
    const words: TimedWord[] = []
    for (const [i, char] of list(times, 'graph_chars').entries()) {
      const span = spans[i]
      if (typeof char !== 'string' || !Array.isArray(span)) continue
      const startMs = before + Number(span[0]) * 1000
      const endMs = before + Number(span[1]) * 1000
      if (!Number.isFinite(startMs) || !Number.isFinite(endMs)) continue
      this.latestMs = startMs
      if (char.trim() === '') {
        if (this.word) words.push(this.word)
        this.word = undefined
      } else {
        this.word = this.word
          ? { ...this.word, word: this.word.word + char, endMs }
          : { word: char, startMs, endMs }
      }
    }
    return words
  }
}
