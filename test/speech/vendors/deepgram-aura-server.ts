import { deepgramRefusal, wrongKey } from './deepgram-server.js'
import { type Handshake, type Protocol, type Refusal, unknownParameter } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

const parameters = ['model', 'encoding', 'sample_rate', 'mip_opt_out', 'speed', 'tag']
const rates: Readonly<Record<string, readonly number[]>> = {
  linear16: [8000, 16000, 24000, 32000, 48000],
  mulaw: [8000, 16000],
  alaw: [8000, 16000],
}

/** `/v1/speak` of developers.deepgram.com/docs/tts-websocket: text gathers until it is flushed. */
export class DeepgramSpeak implements Protocol {
  /** Whether flushed text is spoken; a test that wants the time in between says no. */
  speaks = true
  /** Text that was not flushed. */
  buffer = ''
  /** When text was flushed, in ms since the Unix epoch. */
  private readonly flushes = new Map<VendorSession, number[]>()
  private sequence = 0
  private byte = 0x90

  admit(handshake: Handshake): Refusal | undefined {
    const { url } = handshake
    if (url.pathname !== '/v1/speak') return deepgramRefusal(404, 'NOT_FOUND', 'Not found.')
    const asked = (name: string) => url.searchParams.get(name) ?? ''
    const bad = (why: string) => deepgramRefusal(400, 'INVALID_QUERY_PARAMETER', why)
    const refused = wrongKey(handshake)
    if (refused) return refused
    const unknown = unknownParameter(url, parameters)
    if (unknown) return bad(`unknown query parameter: ${unknown}`)
    if (!/^aura(-2)?-\w+-\w\w$/.test(asked('model'))) return bad(`No such model: ${asked('model')}`)
    if (!rates[asked('encoding')]?.includes(Number(asked('sample_rate'))))
      return bad('unsupported sample_rate')
    return undefined
  }

  opened(session: VendorSession): void {
    session.send({
      type: 'Metadata',
      request_id: 'r',
      model_name: session.asked('model')[0],
      model_version: '1',
    })
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    switch (message['type']) {
      case 'Speak':
        if (String(message['text']).length > 2000) session.violates('more than 2000 characters')
        this.buffer += String(message['text'])
        return
      case 'Flush':
        if (this.isTooOften(session)) {
          return session.send({ type: 'Warning', code: 'EXCESSIVE_FLUSH', description: 'Exceeded rate' })
        }
        if (this.speaks) this.flush(session)
        return
      case 'Clear':
        this.buffer = ''
        session.send({ type: 'Cleared', sequence_id: this.sequence++ })
        return
      case 'Close':
        session.end(1000)
        return
      default:
        session.violates(`message ${JSON.stringify(message)}`)
    }
  }

  /** Twenty flushes in sixty seconds, and no more (developers.deepgram.com/docs/tts-ws-flush). */
  private isTooOften(session: VendorSession): boolean {
    const late = (this.flushes.get(session) ?? []).filter((at) => at > Date.now() - 60_000)
    this.flushes.set(session, [...late, Date.now()])
    return late.length >= 20
  }

  flush(session: VendorSession): void {
    this.sound(session, this.buffer.trim().length)
    this.buffer = ''
    session.send({ type: 'Flushed', sequence_id: this.sequence++ })
  }

  /** Sends 10 ms of sound for each of `characters`, in two messages of which the first ends in mid-sample. */
  sound(session: VendorSession, characters: number): void {
    const rate = Number(session.asked('sample_rate')[0])
    const wide = session.asked('encoding')[0] === 'linear16' ? 2 : 1
    const bytes = Buffer.alloc((rate / 100) * characters * wide, this.byte++)
    session.send(bytes.subarray(0, 101))
    session.send(bytes.subarray(101))
  }
}
