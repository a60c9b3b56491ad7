import type { VendorFault } from '../../../src/speech/vendor-error.js'
import type { Handshake, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'
import { CHARACTER_MS, timesOf, type VoiceError, type VoiceProtocol } from './support/voice-contract.js'

/** `/tts/v1/voice:streamBidirectional` of docs.inworld.ai: up to five contexts a socket. */
export class Inworld implements VoiceProtocol {
  readonly key = 'inworld-secret-key'
  speaks = true
  holding: VendorSession | undefined
  readonly marks = true
  readonly errors = [
    this.failed('request', 3, 'Unknown voice'),
    this.failed('quota', 8, 'Too many concurrent requests'),
    this.failed('server', 13, 'Internal error'),
    {
      fault: 'request',
      words: 'malformed message',
      tell: (session: VendorSession) => session.send({ error: { code: 3, message: 'malformed message' } }),
    },
  ] as const
  /** Text by context. */
  private readonly contexts = new Map<unknown, string>()
  private config: Record<string, unknown> = {}

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/tts/v1/voice:streamBidirectional') return { status: 404, body: 'not found' }
    if (headers.authorization === `Basic ${this.key}`) return undefined
    return { status: 401, body: { code: 16, message: 'Invalid authorization credentials' } }
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    const { contextId, create, send_text } = message as Record<string, Record<string, unknown> | undefined>
    if (create) {
      this.config = create['audioConfig'] as Record<string, unknown>
      this.contexts.set(contextId, '')
      if (this.contexts.size > 5) session.violates('more than 5 contexts')
      return this.tell(session, contextId, { contextCreated: create })
    }
    if (!this.contexts.has(contextId)) return session.violates(`unknown context ${contextId}`)
    if (send_text) this.contexts.set(contextId, this.contexts.get(contextId) + String(send_text['text']))
    const closes = message['close_context'] !== undefined
    if (message['flush_context'] === undefined && !closes) return
    if (!this.speaks) {
      this.holding = session
      return
    }
    const text = this.contexts.get(contextId)!.trim()
    if (text) this.sound(session, text.length * CHARACTER_MS, contextId, text)
    this.contexts.set(contextId, '')
    if (message['flush_context'] !== undefined) this.tell(session, contextId, { flushCompleted: {} })
    if (!closes) return
    this.contexts.delete(contextId)
    this.tell(session, contextId, { contextClosed: {} })
  }

  /** LINEAR16 comes with a RIFF header in each message, PCM without. */
  sound(
    session: VendorSession,
    ms: number,
    contextId: unknown = [...this.contexts.keys()].at(-1),
    text = '',
  ): void {
    const rate = Number(this.config['sampleRateHertz'])
    const samples = Buffer.alloc((rate / 1000) * ms * 2, 0x20)
    const bytes = this.config['audioEncoding'] === 'LINEAR16' ? withHeader(samples, rate) : samples
    const { words, starts: wordStartTimeSeconds, ends: wordEndTimeSeconds } = timesOf(text)
    const timestampInfo = { wordAlignment: { words, wordStartTimeSeconds, wordEndTimeSeconds } }
    const audioContent = bytes.toString('base64')
    this.tell(session, contextId, { audioChunk: { audioContent, ...(text && { timestampInfo }) } })
  }

  cancels(session: VendorSession): number {
    return session.texts.filter((message) => 'close_context' in message).length
  }

  forget(): void {
    this.holding = undefined
    this.contexts.clear()
  }

  /** An error of one context, with a code of gRPC. */
  private failed(fault: VendorFault, code: number, words: string): VoiceError {
    const tell = (session: VendorSession) => {
      const contextId = [...this.contexts.keys()].at(-1)
      session.send({ result: { contextId, status: { code, message: words, details: [] } } })
    }
    return { fault, words, tell }
  }

  private tell(session: VendorSession, contextId: unknown, what: object): void {
    session.send({ result: { contextId, ...what, status: { code: 0, message: '', details: [] } } })
  }
}

function withHeader(samples: Buffer, rate: number): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.length, 40)
  return Buffer.concat([header, samples])
}
