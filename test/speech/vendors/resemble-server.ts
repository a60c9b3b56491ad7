import type { VendorFault } from '../../../src/speech/vendor-error.js'
import type { Handshake, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'
import { CHARACTER_MS, type VoiceError, type VoiceProtocol } from './support/voice-contract.js'

/** `/stream` of docs.resemble.ai: a message a request; what was begun cannot be stopped but by closing. */
export class Resemble implements VoiceProtocol {
  readonly key = 'resemble-secret-key'
  private request: Record<string, unknown> = {}
  speaks = true
  holding: VendorSession | undefined
  readonly marks = true
  readonly errors = [
    this.failed('request', 400, 'InvalidParams', 'voice not found'),
    this.failed('quota', 429, 'RateLimited', 'too many requests'),
    this.failed('server', 500, 'InternalServerError', 'synthesis failed'),
  ]

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/stream') return { status: 404, body: 'not found' }
    if (headers.authorization === `Bearer ${this.key}`) return undefined
    return { status: 401, body: { success: false, message: 'Unauthorized' } }
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    const missing = ['voice_uuid', 'data', 'sample_rate', 'precision'].find((name) => !message[name])
    if (missing) session.violates(`${missing} is missing`)
    if (message['no_audio_header'] !== true) session.violates('a WAV header was asked for')
    this.request = message
    if (!this.speaks) {
      this.holding = session
      return
    }
    const text = String(message['data']).trim()
    this.sound(session, text.length * CHARACTER_MS, text)
    session.send({ type: 'audio_end', request_id: message['request_id'] })
  }

  /** @param text what the sound says, in one message */
  sound(session: VendorSession, ms: number, text = ''): void {
    const { precision, sample_rate, request_id } = this.request
    const wide = precision === 'MULAW' ? 1 : 2
    const bytes = Buffer.alloc((Number(sample_rate) / 1000) * ms * wide, 0x20)
    const graph_chars = [...text]
    const graph_times = graph_chars.map((_, i) => [
      (i * CHARACTER_MS) / 1000,
      ((i + 1) * CHARACTER_MS) / 1000,
    ])
    session.send({
      type: 'audio',
      audio_content: bytes.toString('base64'),
      audio_timestamps: { graph_chars, graph_times, phon_chars: [], phon_times: [] },
      request_id,
      sample_rate,
    })
  }

  private failed(fault: VendorFault, status_code: number, error_name: string, words: string): VoiceError {
    const tell = (session: VendorSession) => {
      const { request_id } = this.request
      session.send({ type: 'error', success: false, request_id, error_name, message: words, status_code })
    }
    return { fault, words, tell }
  }

  forget(): void {
    this.holding = undefined
  }
}
