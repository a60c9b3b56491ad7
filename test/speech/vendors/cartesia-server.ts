import type { Handshake, Protocol, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const cartesiaKey = 'sk_car_secret'

/** ms that a character is spoken in. */
export const CHARACTER_MS = 10

/** `/tts/websocket` of docs.cartesia.ai/api-reference/tts/websocket: contexts that share a socket. */
export class Cartesia implements Protocol {
  /** Whether text is spoken once it is complete; a test that wants the time in between says no. */
  speaks = true
  /** Text of contexts that are not done. */
  readonly contexts = new Map<string, string>()
  private byte = 0x90

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/tts/websocket') return refusal(404, 'Not found')
    const version = headers['cartesia-version'] ?? url.searchParams.get('cartesia_version')
    if (!/^\d{4}-\d\d-\d\d$/.test(String(version))) return refusal(400, 'Cartesia-Version is required')
    const key = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '')
    return key === cartesiaKey ? undefined : refusal(401, 'Unauthorized: invalid API key')
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    const id = String(message['context_id'])
    if (!message['context_id']) session.violates('context_id is missing')
    if (message['cancel'] === true) {
      this.contexts.delete(id)
      return
    }
    const wrong = ['model_id', 'voice', 'output_format', 'transcript'].find(
      (name) => message[name] === undefined,
    )
    if (wrong) return this.fail(session, id, 400, `${wrong} is missing`)
    this.contexts.set(id, (this.contexts.get(id) ?? '') + String(message['transcript']))
    if (message['continue'] !== true && this.speaks) this.finish(session, id)
  }

  /** Speaks a context's text in two pieces, with the times of its words. */
  finish(session: VendorSession, id: string): void {
    const text = this.contexts.get(id)?.trim() ?? ''
    this.timestamps(session, id, text)
    this.chunk(session, id, 8)
    this.chunk(session, id, text.length - 8)
    this.contexts.delete(id)
    session.send({ type: 'done', done: true, status_code: 206, context_id: id })
  }

  /** Sends the sound of so many characters. */
  chunk(session: VendorSession, context_id: string, characters: number): void {
    const { encoding, sample_rate } = format(session)
    const bytes =
      Math.max(0, characters) *
      CHARACTER_MS *
      (Number(sample_rate) / 1000) *
      (encoding === 'pcm_mulaw' ? 1 : 2)
    const data = Buffer.alloc(bytes, this.byte++).toString('base64')
    session.send({ type: 'chunk', data, done: false, status_code: 206, step_time: 12, context_id })
  }

  fail(session: VendorSession, context_id: string, status_code: number, message: string): void {
    session.send({
      type: 'error',
      done: true,
      title: message,
      message,
      error_code: 'x',
      status_code,
      context_id,
    })
  }

  private timestamps(session: VendorSession, context_id: string, text: string): void {
    if (session.texts.at(-1)?.['add_timestamps'] !== true) return
    const found = [...text.matchAll(/\S+/g)]
    const word_timestamps = {
      words: found.map(([word]) => word),
      start: found.map(({ index }) => (index * CHARACTER_MS) / 1000),
      end: found.map(({ 0: word, index }) => ((index + word.length) * CHARACTER_MS) / 1000),
    }
    session.send({ type: 'timestamps', done: false, status_code: 206, context_id, word_timestamps })
  }
}

/** The output format of the client's last request. */
export function format(session: VendorSession): Record<string, unknown> {
  const asked = session.texts.findLast((message) => message['output_format'] !== undefined)
  return asked?.['output_format'] as Record<string, unknown>
}

function refusal(status: number, message: string): Refusal {
  return { status, body: { title: message, message, error_code: 'refused' } }
}
