import {
  type AzureMessage,
  audioMessage,
  azureKey,
  readText,
  refusalOf,
  textMessage,
  turnStart,
  wrongIn,
} from './support/azure-messages.js'
import type { Handshake, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'
import { CHARACTER_MS, type VoiceProtocol } from './support/voice-contract.js'

const TICKS_PER_MS = 10_000
const paths = /^(\/tts)?\/cognitiveservices\/websocket\/v1$/
const formats: Readonly<Record<string, number>> = {
  'raw-8khz-8bit-mono-mulaw': 8,
  'raw-16khz-16bit-mono-pcm': 32,
}

/** A request for speech. */
interface Turn {
  readonly session: VendorSession
  readonly requestId: string
  readonly streamId: string
  readonly ssml: string
}

/** Speech by the Speech service's WebSocket protocol, as its JavaScript SDK speaks it. */
export class AzureVoice implements VoiceProtocol {
  readonly key = azureKey
  readonly hidesRefusals = true
  speaks = true
  holding: VendorSession | undefined
  /** All that was asked for. */
  readonly turns: Turn[] = []
  private bytesPerMs = 0
  private wordMarks = false

  admit(handshake: Handshake): Refusal | undefined {
    return refusalOf(handshake, paths)
  }

  parse(text: string): Record<string, unknown> {
    return { ...readText(text) }
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    const { path, requestId, body, ...rest } = message as unknown as AzureMessage
    const wrong = wrongIn({ path, requestId, body, ...rest })
    if (wrong) return session.violates(wrong)
    if (session.texts[0]!['path'] !== 'speech.config') session.violates(`${path} before speech.config`)
    switch (path) {
      case 'speech.config':
        return
      case 'synthesis.context':
        return this.take(session, JSON.parse(body))
      case 'ssml':
        return this.begin({ session, requestId, streamId: requestId.toUpperCase(), ssml: body })
      case 'synthesis.control':
        return
      default:
        session.violates(`unknown Path ${path}`)
    }
  }

  /** Sound of the turn that is held, or of the last. */
  sound(session: VendorSession, ms: number): void {
    const turn = this.turns.findLast((one) => one.session === session)!
    session.send(audioMessage(turn.requestId, turn.streamId, Buffer.alloc(ms * this.bytesPerMs, 0x20)))
  }

  cancels(session: VendorSession): number {
    return session.texts.filter(({ path }) => path === 'synthesis.control').length
  }

  forget(): void {
    this.holding = undefined
  }

  private take(session: VendorSession, context: { synthesis?: { audio?: Record<string, unknown> } }): void {
    const audio = context.synthesis?.audio
    this.bytesPerMs = formats[String(audio?.['outputFormat'])] ?? 0
    if (!this.bytesPerMs) session.violates(`outputFormat ${String(audio?.['outputFormat'])}`)
    const options = audio?.['metadataOptions'] as Record<string, unknown> | undefined
    this.wordMarks = String(options?.['wordBoundaryEnabled']) === 'true'
  }

  private begin(turn: Turn): void {
    const { session, requestId, streamId, ssml } = turn
    this.turns.push(turn)
    if (!/^<speak [^>]*version=["']1\.0["'][^>]*>\s*<voice [^>]*name=.+<\/voice>\s*<\/speak>$/s.test(ssml)) {
      return session.end(1007, 'SSML parsing error')
    }
    const context = turnStart()
    session.send(textMessage('turn.start', requestId, context))
    session.send(textMessage('response', requestId, { ...context, audio: { type: 'inline', streamId } }))
    if (!this.speaks) {
      this.holding = session
      return
    }
    const text = ssml.replace(/<[^>]*>/g, '').trim()
    if (this.wordMarks) this.mark(turn, text)
    const half = Math.floor(text.length / 2)
    this.sound(session, half * CHARACTER_MS)
    this.sound(session, (text.length - half) * CHARACTER_MS)
    this.end(turn, text)
  }

  private mark({ session, requestId }: Turn, text: string): void {
    const Metadata = [...text.matchAll(/\w+|[^\w\s]/g)].map(({ 0: word, index }) => ({
      Type: 'WordBoundary',
      Data: {
        Offset: index * CHARACTER_MS * TICKS_PER_MS,
        Duration: word.length * CHARACTER_MS * TICKS_PER_MS,
        text: {
          Text: word,
          Length: word.length,
          BoundaryType: /\w/.test(word) ? 'WordBoundary' : 'PunctuationBoundary',
        },
      },
    }))
    session.send(textMessage('audio.metadata', requestId, { Metadata }))
  }

  private end({ session, requestId, streamId }: Turn, text: string): void {
    const Offset = text.length * CHARACTER_MS * TICKS_PER_MS
    session.send(audioMessage(requestId, streamId, Buffer.alloc(0)))
    session.send(
      textMessage('audio.metadata', requestId, { Metadata: [{ Type: 'SessionEnd', Data: { Offset } }] }),
    )
    session.send(textMessage('turn.end', requestId, {}))
  }
}
