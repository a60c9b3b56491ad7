import {
  type AzureMessage,
  readBinary,
  readText,
  refusalOf,
  textMessage,
  turnStart,
  wrongIn,
} from './support/azure-messages.js'
import type { Handshake, Protocol, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

const TICKS_PER_MS = 10_000
const spoken = ['speech.config', 'speech.context', 'telemetry', 'speech.event', 'agent.config']
const paths =
  /^\/(speech\/recognition\/(interactive|conversation|dictation)\/cognitiveservices\/v1|stt\/speech\/universal\/v2)$/

/** What a connection has told. */
interface Heard {
  readonly paths: string[]
  requestId: string
  sampleRate: number
  bits: number
  audio: Buffer
  ended: boolean
  /** Those that the language is to be found among. */
  languages?: string[]
}

/**
 * Recognition by the Speech service's WebSocket protocol
 * (learn.microsoft.com/azure/cognitive-services/speech/api-reference-rest/websocketprotocol).
 */
export class AzureListen implements Protocol {
  private readonly heardBy = new Map<VendorSession, Heard>()

  admit(handshake: Handshake): Refusal | undefined {
    const { searchParams } = handshake.url
    const refusal = refusalOf(handshake, paths)
    if (refusal) return refusal
    if (!searchParams.get('language') && searchParams.get('lidEnabled') !== 'true')
      return { status: 400, body: 'language' }
    const format = searchParams.get('format') ?? 'simple'
    return ['simple', 'detailed'].includes(format) ? undefined : { status: 400, body: 'format' }
  }

  parse(text: string): Record<string, unknown> {
    return { ...readText(text) }
  }

  opened(session: VendorSession): void {
    const heard = { paths: [], requestId: '', sampleRate: 0, bits: 0, audio: Buffer.alloc(0), ended: false }
    this.heardBy.set(session, heard)
  }

  received(session: VendorSession, message: Message): void {
    const heard = this.heard(session)
    const one = Buffer.isBuffer(message) ? readBinary(message) : (message as unknown as AzureMessage)
    const wrong = wrongIn(one)
    if (wrong) return session.violates(wrong)
    heard.paths.push(one.path)
    if (heard.paths[0] !== 'speech.config') session.violates(`${one.path} before speech.config`)
    if ('audio' in one) return this.hear(session, one.requestId, one.audio as Buffer)
    if (!spoken.includes(one.path)) session.violates(`unknown Path ${one.path}`)
    const body = one.body ? JSON.parse(one.body) : {}
    if (one.path === 'speech.context' && body.languageId) heard.languages = body.languageId.languages
  }

  /** What a connection's client has told so far. */
  heard(session: VendorSession): Heard {
    return this.heardBy.get(session)!
  }

  hypothesis(session: VendorSession, text: string): void {
    this.say(session, 'speech.hypothesis', { Text: text, ...this.span(text), Channel: 0 })
  }

  phrase(session: VendorSession, text: string, status = 'Success', language?: string): void {
    const best = { Confidence: 0.93, Lexical: text.toLowerCase(), ITN: text, MaskedITN: text, Display: text }
    const detailed = session.asked('format')[0] === 'detailed'
    const words = status !== 'Success' ? {} : detailed ? { NBest: [best] } : {}
    const found = language ? { PrimaryLanguage: { Language: language, Confidence: 'High' } } : {}
    const spokenAs = { DisplayText: text, Channel: 0, ...words, ...found }
    const body = { RecognitionStatus: status, ...this.span(text), ...spokenAs }
    this.say(session, 'speech.phrase', body)
  }

  say(session: VendorSession, path: string, body: object): void {
    session.send(textMessage(path, this.heard(session).requestId, body))
  }

  private hear(session: VendorSession, requestId: string, audio: Buffer): void {
    const heard = this.heard(session)
    if (heard.requestId !== requestId) {
      heard.requestId = requestId
      if (audio.toString('latin1', 0, 4) !== 'RIFF') return session.violates('audio without a RIFF header')
      heard.sampleRate = audio.readUInt32LE(24)
      heard.bits = audio.readUInt16LE(34)
      const data = audio.indexOf('data')
      heard.audio = Buffer.from(audio.subarray(data + 8))
      this.say(session, 'turn.start', turnStart())
      return
    }
    if (heard.ended) return session.violates('audio after the end')
    if (audio.length === 0) {
      heard.ended = true
      this.say(session, 'speech.endDetected', { Offset: 0 })
      return this.say(session, 'turn.end', {})
    }
    heard.audio = Buffer.concat([heard.audio, audio])
  }

  private span(text: string) {
    return { Offset: 100 * TICKS_PER_MS, Duration: text.length * 60 * TICKS_PER_MS }
  }
}
