import { type Handshake, type HttpAsked, type Refusal, unknownParameter } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'
import { CHARACTER_MS, type VoiceProtocol } from './support/voice-contract.js'
import { telnyxKey, telnyxRefusal, telnyxStranger } from './telnyx-listen-server.js'

const parameters = [
  ...['voice', 'provider', 'model_id', 'voice_id', 'audio_format', 'sample_rate', 'inactivity_timeout'],
  ...['disable_cache', 'socket_id', 'pronunciation_dict_id', 'text_type', 'language'],
]
/** Voices that know one rate only, in Hz. */
const fixedRate = /^Telnyx\.(KokoroTTS|Qwen3TTS|LibriTTS)\./

/**
 * `/v2/text-to-speech/speech` of developers.telnyx.com/docs/voice/tts/websocket-streaming: a single space first, then text
 * that is spoken at sentence boundaries, `flush` or the empty text that ends it. Telnyx's own voices stream pieces without
 * text, and a piece with the text and no sound; AWS and Azure send one piece that has both.
 */
export class TelnyxVoice implements VoiceProtocol {
  readonly key = telnyxKey
  speaks = true
  holding: VendorSession | undefined
  /** Sent instead of the samples that were asked for, as Kokoro does (visionagents.ai/integrations/tts/telnyx). */
  mp3: Buffer | undefined
  /** Bodies of the HTTP requests that came. */
  readonly requests: Record<string, unknown>[] = []
  private readonly texts = new Map<VendorSession, string>()

  admit(handshake: Handshake): Refusal | undefined {
    const { url } = handshake
    const bad = (detail: string) => telnyxRefusal(400, '10015', 'Bad Request', detail)
    if (url.pathname !== '/v2/text-to-speech/speech')
      return telnyxRefusal(
        404,
        '10005',
        'Resource not found',
        'The requested resource or URL could not be found.',
      )
    const voice = url.searchParams.get('voice') ?? ''
    const unknown = unknownParameter(url, parameters)
    if (unknown) return telnyxStranger(handshake) ?? bad(`unknown parameter ${unknown}`)
    if (voice.split('.').length < 2) return telnyxStranger(handshake) ?? bad(`Invalid voice format ${voice}`)
    const rate = url.searchParams.get('sample_rate')
    if (fixedRate.test(voice) && rate !== null && rate !== '24000') return bad(`sample_rate ${rate}`)
    if (voice.startsWith('Telnyx.Ultra.'))
      return telnyxRefusal(403, '10010', 'Forbidden', 'Ultra model restricted on public WebSocket endpoint.')
    return telnyxStranger(handshake)
  }

  /** `POST /v2/text-to-speech/speech`, which is answered with MP3. */
  answer(asked: HttpAsked): Refusal | Buffer {
    const stranger = telnyxStranger(asked)
    if (stranger) return stranger
    if (asked.method !== 'POST' || asked.url.pathname !== '/v2/text-to-speech/speech')
      return telnyxRefusal(404, '10005', 'Resource not found', 'The requested resource could not be found.')
    this.requests.push(JSON.parse(asked.body) as Record<string, unknown>)
    return this.mp3 ?? Buffer.alloc(0)
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    if (message['force'] === true) {
      this.texts.set(session, '')
      return
    }
    const text = message['text']
    if (typeof text !== 'string') return session.violates(`message ${JSON.stringify(message)}`)
    const had = this.texts.get(session)
    if (had === undefined) {
      if (text !== ' ') session.violates(`first text ${JSON.stringify(text)}`)
      this.texts.set(session, '')
      return
    }
    this.texts.set(session, had + text)
    if (text !== '' && message['flush'] !== true && !/[.!?]\s*$/.test(text)) return
    this.speak(session, text === '')
  }

  /** Speaks what has come, and closes where it was the last. */
  private speak(session: VendorSession, last: boolean): void {
    const text = this.texts.get(session)!.trim()
    if (!this.speaks) {
      if (text) this.holding = session
      return
    }
    this.texts.set(session, '')
    if (text) {
      this.sound(session, text.length * CHARACTER_MS, text)
      session.send({ type: 'final', audio: null, text: '', isFinal: true })
    }
    if (last) session.end(1000)
  }

  /** Sends `ms` of sound; the piece with the `text` follows where there is one. */
  sound(session: VendorSession, ms: number, text?: string): void {
    const bytes = this.mp3 ?? Buffer.alloc((this.rateOf(session) / 1000) * ms * 2, 0x20)
    const chunk = { type: 'audio_chunk', isFinal: false, cached: false }
    if (/^(aws|azure)\./i.test(session.asked('voice')[0]!) && text) {
      return session.send({ ...chunk, audio: bytes.toString('base64'), text, timeToFirstAudioFrameMs: 245 })
    }
    const half = Math.floor(bytes.length / 4) * 2
    for (const part of [bytes.subarray(0, half), bytes.subarray(half)]) {
      session.send({ ...chunk, audio: part.toString('base64'), text: null })
    }
    if (text) session.send({ ...chunk, audio: null, text })
  }

  cancels(session: VendorSession): number {
    return session.texts.filter((message) => message['force'] === true).length
  }

  forget(): void {
    this.holding = undefined
    for (const session of this.texts.keys()) this.texts.set(session, '')
  }

  private rateOf(session: VendorSession): number {
    const format = session.asked('audio_format')[0]
    if (format !== 'linear16' && format !== 'pcm')
      session.violates(`audio_format ${format}, spoken as linear16`)
    return Number(session.asked('sample_rate')[0] ?? 24_000)
  }
}
