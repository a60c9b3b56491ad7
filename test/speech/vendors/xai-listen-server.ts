import { type Handshake, type Protocol, type Refusal, unknownParameter } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const xaiKey = 'xai-secret-key'

const parameters = [
  ...['sample_rate', 'encoding', 'language', 'interim_results', 'endpointing', 'multichannel', 'channels'],
  ...['diarize', 'keyterm', 'model', 'smart_turn', 'filler_words'],
]

/** `/v1/stt` of docs.x.ai/developers/model-capabilities/audio/speech-to-text: audio may come after `transcript.created`. */
export class XaiListen implements Protocol {
  /** Whether the session is ready at once. */
  readies = true
  private ready = false
  private heard = ''

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/v1/stt') return { status: 404, body: 'not found' }
    if (headers.authorization !== `Bearer ${xaiKey}`)
      return { status: 401, body: { error: 'Invalid API key' } }
    const unknown = unknownParameter(url, parameters)
    return unknown ? { status: 400, body: { error: `unknown parameter ${unknown}` } } : undefined
  }

  opened(session: VendorSession): void {
    if (this.readies) this.begin(session)
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) {
      if (!this.ready) session.violates('audio before transcript.created')
      return
    }
    if (message['type'] !== 'audio.done') return session.violates(`message ${JSON.stringify(message)}`)
    if (this.heard) this.tell(session, this.heard, true, true)
    session.send({ type: 'transcript.done', text: '', duration: 1 })
    session.end(1000)
  }

  begin(session: VendorSession): void {
    this.ready = true
    session.send({ type: 'transcript.created' })
  }

  tell(session: VendorSession, text: string, is_final = false, speech_final = false): void {
    this.heard = is_final ? '' : text
    session.send({
      type: 'transcript.partial',
      text,
      words: [],
      is_final,
      speech_final,
      start: 0,
      duration: 1,
    })
  }
}
