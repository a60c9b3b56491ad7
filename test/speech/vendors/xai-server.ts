import type { Handshake, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'
import { CHARACTER_MS, type VoiceProtocol } from './support/voice-contract.js'

/** `/v1/tts` of docs.x.ai: text in pieces until `text.done`, which may be followed by the next text. */
export class XaiVoice implements VoiceProtocol {
  readonly key = 'xai-secret-key'
  speaks = true
  holding: VendorSession | undefined
  readonly errors = [
    {
      fault: 'server',
      words: 'Internal synthesis error',
      tell: (session: VendorSession) => session.send({ type: 'error', message: 'Internal synthesis error' }),
    },
  ] as const
  private text = ''

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/v1/tts') return { status: 404, body: 'not found' }
    if (headers.authorization !== `Bearer ${this.key}`)
      return { status: 401, body: { error: 'Invalid API key' } }
    if (!url.searchParams.get('language')) return { status: 400, body: { error: 'language is required' } }
    return undefined
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    switch (message['type']) {
      case 'text.delta':
        this.text += String(message['delta'])
        return
      case 'text.done':
        if (!this.speaks) {
          this.holding = session
          return
        }
        this.sound(session, this.text.trim().length * CHARACTER_MS)
        this.text = ''
        return session.send({ type: 'audio.done', trace_id: 't' })
      case 'text.clear':
        this.text = ''
        return session.send({ type: 'audio.clear' })
      default:
        session.violates(`message ${JSON.stringify(message)}`)
    }
  }

  sound(session: VendorSession, ms: number): void {
    const wide = session.asked('codec')[0] === 'pcm' ? 2 : 1
    const bytes = Buffer.alloc((Number(session.asked('sample_rate')[0]) / 1000) * ms * wide, 0x20)
    session.send({ type: 'audio.delta', delta: bytes.toString('base64') })
  }

  cancels(session: VendorSession): number {
    return session.typed('text.clear').length
  }

  forget(): void {
    this.holding = undefined
    this.text = ''
  }
}
