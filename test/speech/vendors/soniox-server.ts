import type { Handshake, Protocol, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const sonioxKey = 'soniox-secret-key'

interface Token {
  readonly text: string
  readonly is_final: boolean
}

/**
 * `/transcribe-websocket` of soniox.com/docs/api-reference/stt/websocket-api. Keys come with the connection: from
 * 2027-01-15 Soniox refuses those that are in the first message only (guides/migrate-websocket-authentication).
 */
export class SonioxTranscribe implements Protocol {
  private pending: string[] = []
  private processedMs = 0

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/transcribe-websocket') return { status: 404, body: 'not found' }
    if (headers.authorization === `Bearer ${sonioxKey}`) return undefined
    return { status: 401, body: { error_code: 401, error_message: 'Invalid API key.' } }
  }

  received(session: VendorSession, message: Message): void {
    if (session.messages.length === 1) return this.begin(session, message)
    if (Buffer.isBuffer(message)) {
      if (message.length === 0) this.finish(session)
      return
    }
    switch (message['type']) {
      case 'keepalive':
        return
      case 'finalize':
        return this.settle(session, '<fin>')
      default:
        session.violates(`message ${JSON.stringify(message)}`)
    }
  }

  /** Words that may change: all that were not settled are sent anew each time. */
  guess(session: VendorSession, ...texts: string[]): void {
    this.pending = texts
    this.send(
      session,
      texts.map((text) => ({ text, is_final: false })),
    )
  }

  /** Settles what was guessed, with a marker token behind it. */
  settle(session: VendorSession, marker?: '<end>' | '<fin>', texts = this.pending): void {
    const tokens = texts.map((text) => ({ text, is_final: true }))
    this.pending = []
    this.send(session, marker ? [...tokens, { text: marker, is_final: true }] : tokens)
  }

  fail(session: VendorSession, error_code: number, error_message: string): void {
    session.send({ error_code, error_message })
    session.end(1000)
  }

  private begin(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('audio before the configuration')
    const missing = ['model', 'audio_format', 'sample_rate', 'num_channels'].find((name) => !message[name])
    if (missing) this.fail(session, 400, `${missing} is missing`)
  }

  private finish(session: VendorSession): void {
    this.settle(session)
    session.send({ tokens: [], final_audio_proc_ms: this.processedMs, finished: true })
    session.end(1000)
  }

  private send(session: VendorSession, tokens: readonly Token[]): void {
    this.processedMs += 100
    session.send({
      tokens: tokens.map((token) => ({ ...token, confidence: 0.9, start_ms: 0, end_ms: this.processedMs })),
      final_audio_proc_ms: this.processedMs,
      total_audio_proc_ms: this.processedMs,
    })
  }
}
