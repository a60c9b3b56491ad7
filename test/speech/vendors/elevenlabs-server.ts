import {
  type Handshake,
  type HttpAsked,
  type Protocol,
  type Refusal,
  unknownParameter,
} from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const elevenLabsKey = 'xi-secret-key'

const parameters = [
  ...['authorization', 'model_id', 'language_code', 'enable_logging', 'enable_ssml_parsing', 'output_format'],
  ...['inactivity_timeout', 'sync_alignment', 'auto_mode', 'apply_text_normalization', 'seed'],
]
const formats = /^(mp3_\d+_\d+|pcm_(8000|16000|22050|24000|44100)|ulaw_8000|alaw_8000|opus_48000_\d+)$/
const models =
  /^eleven_(flash_v2|flash_v2_5|turbo_v2|turbo_v2_5|multilingual_v2|multilingual_v1|monolingual_v1)$/

/** ms that a character is spoken in. */
export const CHARACTER_MS = 10

/**
 * The two sockets of elevenlabs.io/docs/api-reference/text-to-speech: `stream-input` with one context, and
 * `multi-stream-input` with up to five. Each flush is answered at once, in two pieces with an alignment each.
 */
export class ElevenLabs implements Protocol {
  /** Whether flushed text is spoken; a test that wants the time in between says no. */
  speaks = true
  /** Contexts by id, '' for that of a socket that has one only. */
  readonly contexts = new Map<string, { text: string }>()
  /** Voices of the account, by id, and what it calls them. */
  readonly voices = new Map([
    ['EXAVITQu4vr4xnSDxMaL', 'Sarah - Mature, Reassuring, Confident'],
    ['bIHbv24MWmeRgasZH58o', 'Will - Relaxed Optimist'],
    ['c0ns1stent1d0fanJohn', 'John'],
    ['d1fferent1d0fJohnson', 'Johnson'],
  ])
  /** HTTP requests that came. */
  readonly requests: HttpAsked[] = []
  private byte = 0x90

  /** `GET /v2/voices` and `POST /v1/text-to-speech/{voice_id}/stream`. */
  answer(asked: HttpAsked): Refusal | Buffer {
    this.requests.push(asked)
    const { url, headers, method } = asked
    if (headers['xi-api-key'] !== elevenLabsKey) return detail(401, 'invalid_api_key', 'Invalid API key')
    if (method === 'GET' && url.pathname === '/v2/voices') return this.search(url)
    const [, voice] = /^\/v1\/text-to-speech\/([^/]+)\/stream$/.exec(url.pathname) ?? []
    return method === 'POST' && voice ? this.stream(asked) : detail(404, 'not_found')
  }

  /** The voices whose name, description or labels have the word; 10 unless another number is asked for. */
  private search(url: URL): Refusal {
    const size = Number(url.searchParams.get('page_size') ?? 10)
    if (!(size >= 1 && size <= 100)) return detail(422, 'invalid_page_size')
    const wanted = (url.searchParams.get('search') ?? '').toLowerCase()
    const found = [...this.voices].filter(([, name]) => name.toLowerCase().includes(wanted))
    const voices = found.slice(0, size).map(([voice_id, name]) => ({ voice_id, name, category: 'premade' }))
    return {
      status: 200,
      body: { voices, has_more: false, total_count: found.length, next_page_token: null },
    }
  }

  private stream({ url, body }: HttpAsked): Refusal | Buffer {
    const { text, model_id = 'eleven_multilingual_v2' } = JSON.parse(body) as Record<string, string>
    const format = url.searchParams.get('output_format') ?? 'mp3_44100_128'
    if (!text) return detail(422, 'missing_text')
    if (!formats.test(format)) return detail(400, 'invalid_output_format')
    if (!models.test(model_id) && model_id !== 'eleven_v3') return detail(400, 'model_not_found')
    const wide = format.startsWith('pcm') ? 2 : 1
    return Buffer.alloc((Number(format.split('_')[1]) / 1000) * CHARACTER_MS * text.length * wide, 0xa5)
  }

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (!/^\/v1\/text-to-speech\/[^/]+\/(multi-)?stream-input$/.test(url.pathname))
      return detail(404, 'not_found')
    if (headers['xi-api-key'] !== undefined && headers['xi-api-key'] !== elevenLabsKey) {
      return detail(401, 'invalid_api_key', 'Invalid API key')
    }
    const asked = (name: string) => url.searchParams.get(name)
    const unknown = unknownParameter(url, parameters)
    if (unknown) return detail(400, 'invalid_parameters', unknown)
    if (!formats.test(asked('output_format') ?? 'mp3_44100_128')) return detail(400, 'invalid_output_format')
    if (!models.test(asked('model_id') ?? 'eleven_multilingual_v2')) return detail(400, 'unsupported_model')
    if (asked('language_code') && !asked('model_id')?.endsWith('_v2_5'))
      return detail(400, 'unsupported_language')
    if (Number(asked('inactivity_timeout') ?? 20) > 180) return detail(400, 'invalid_inactivity_timeout')
    return undefined
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    if (message['close_socket'] === true) return session.end(1000)
    const multi = session.url.pathname.endsWith('/multi-stream-input')
    const id = String(message['context_id'] ?? '')
    if (multi && message['close_context'] === true) return this.finish(session, id)
    const { text } = message
    const context = this.contexts.get(id)
    if (!context) return this.begin(session, id, text, multi)
    if (text === '' && !multi) return this.finish(session, id)
    if (text !== undefined && text !== '') context.text += String(text)
    if (typeof text === 'string' && text !== '' && !text.endsWith(' ')) {
      session.violates(`text that does not end with a space: "${text}"`)
    }
    if (message['flush'] === true) this.speak(session, id)
  }

  /** Speaks what a context has, `CHARACTER_MS` a character. */
  speak(session: VendorSession, id: string): void {
    const context = this.contexts.get(id)
    const text = context?.text.trim()
    if (!this.speaks || !context || !text) return
    context.text = ''
    this.piece(session, id, text.slice(0, 8))
    if (text.length > 8) this.piece(session, id, text.slice(8))
  }

  /** Sends the sound of `text`, and when its characters are heard, counted from this piece's begin. */
  piece(session: VendorSession, id: string, text: string): void {
    const rate = Number(session.asked('output_format')[0]?.split('_')[1])
    const wide = session.asked('output_format')[0]?.startsWith('pcm') ? 2 : 1
    const chars = [...text]
    const alignment = {
      charStartTimesMs: chars.map((_, i) => i * CHARACTER_MS),
      charDurationsMs: chars.map(() => CHARACTER_MS),
      chars,
    }
    const bytes = Buffer.alloc((rate / 1000) * CHARACTER_MS * chars.length * wide, this.byte++)
    const named = id ? { contextId: id } : {}
    session.send({
      audio: bytes.toString('base64'),
      isFinal: null,
      normalizedAlignment: alignment,
      alignment,
      ...named,
    })
  }

  /** Tells an error as the socket does, and closes. */
  fail(session: VendorSession, error: string, message: string): void {
    session.send({ message, error, code: 1008 })
    session.end(1008, message.slice(0, 120))
  }

  private begin(session: VendorSession, id: string, text: unknown, multi: boolean): void {
    if (typeof text !== 'string' || (!multi && text !== ' '))
      session.violates(`first text ${JSON.stringify(text)}`)
    if (this.contexts.size >= 5)
      return this.fail(session, 'max_contexts', 'Maximum simultaneous contexts exceeded')
    this.contexts.set(id, { text: String(text) })
  }

  /** The client has no more text for a context: the rest is spoken, and it is over. */
  private finish(session: VendorSession, id: string): void {
    if (!this.contexts.has(id)) return
    this.speak(session, id)
    if (!this.speaks) return
    this.contexts.delete(id)
    session.send({ audio: null, isFinal: true, ...(id && { contextId: id }) })
    if (!id) session.end(1000)
  }
}

function detail(status: number, code: string, message = code): Refusal {
  return { status, body: { detail: { status: code, message } } }
}
