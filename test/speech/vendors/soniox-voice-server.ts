import type { VendorFault } from '../../../src/speech/vendor-error.js'
import { sonioxKey } from './soniox-server.js'
import type { Handshake, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'
import { CHARACTER_MS, type VoiceError, type VoiceProtocol } from './support/voice-contract.js'

/** `/tts-websocket` of soniox.com/docs: streams that begin with their configuration and end with `terminated`. */
export class SonioxVoice implements VoiceProtocol {
  readonly key = sonioxKey
  speaks = true
  holding: VendorSession | undefined
  readonly errors = [
    this.failed('request', 400, 'Missing required field: model'),
    this.failed('quota', 402, 'Organization balance exhausted'),
    this.failed('quota', 429, 'Rate limit exceeded'),
    this.failed('server', 503, 'Cannot continue request'),
  ]
  private stream: unknown
  private text = ''
  /** Bytes of a sample. */
  private wide = 2
  private rate = 0

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/tts-websocket') return { status: 404, body: 'not found' }
    if (headers.authorization === `Bearer ${this.key}`) return undefined
    return { status: 401, body: { error_code: 401, error_message: 'Invalid API key.' } }
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    if (message['keep_alive'] === true) return
    const { stream_id } = message
    if (message['cancel'] === true) return session.send({ stream_id, terminated: true })
    if (message['model'] !== undefined) return this.begin(session, message)
    if (stream_id !== this.stream) session.violates(`text of the unknown stream ${stream_id}`)
    this.text += String(message['text'] ?? '')
    if (message['text_end'] !== true) return
    if (!this.speaks) {
      this.holding = session
      return
    }
    this.sound(session, this.text.trim().length * CHARACTER_MS)
    session.send({ stream_id, audio_end: true })
    session.send({ stream_id, terminated: true })
  }

  sound(session: VendorSession, ms: number): void {
    const audio = Buffer.alloc((this.rate / 1000) * ms * this.wide, 0x20).toString('base64')
    session.send({ stream_id: this.stream, audio, audio_end: false })
  }

  cancels(session: VendorSession): number {
    return session.texts.filter((message) => message['cancel'] === true).length
  }

  forget(): void {
    this.holding = undefined
  }

  /** An error of one stream; the connection stays (soniox.com/docs/tts/rt/termination). */
  private failed(fault: VendorFault, error_code: number, words: string): VoiceError {
    const tell = (session: VendorSession) => {
      session.send({ stream_id: this.stream, error_code, error_message: words })
      session.send({ stream_id: this.stream, terminated: true })
    }
    return { fault, words, tell }
  }

  private begin(session: VendorSession, message: Record<string, unknown>): void {
    const missing = ['stream_id', 'voice', 'language', 'audio_format'].find((name) => !message[name])
    if (missing) session.violates(`${missing} is missing`)
    const format = message['audio_format']
    this.wide = format === 'pcm_mulaw' ? 1 : 2
    if (format !== 'pcm_s16le' && format !== 'pcm_mulaw') session.violates('audio_format')
    if (format === 'pcm_mulaw' && message['sample_rate'] !== 8000) session.violates('sample_rate')
    this.stream = message['stream_id']
    this.rate = Number(message['sample_rate'])
    this.text = ''
  }
}
