import type { Handshake, Protocol, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const realtimeKey = 'sk-realtime-secret'

const noTurns = 'Turn detection is not supported for this transcription model'

/** What of `session.update` is judged (developers.openai.com/api/reference/resources/realtime). */
interface Configuration {
  readonly type: string
  readonly audio: {
    readonly input: {
      readonly turn_detection: object | null
      readonly transcription: {
        readonly model?: string
        readonly prompt?: string
        readonly languages?: string[]
        readonly keywords?: string[]
      }
    }
  }
}

/** A transcription session of platform.openai.com/docs/guides/realtime-transcription. */
export class OpenAiRealtime implements Protocol {
  /** Transcript that the audio buffer would be committed to. */
  heard = ''
  private item = 0
  private bytes = 0

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (!url.pathname.endsWith('/v1/realtime')) return { status: 404, body: 'Not Found' }
    if (headers.authorization === `Bearer ${realtimeKey}`) return undefined
    const message = 'Incorrect API key provided'
    return {
      status: 401,
      body: { error: { message, type: 'invalid_request_error', code: 'invalid_api_key' } },
    }
  }

  opened(session: VendorSession): void {
    session.send({ type: 'session.created', session: { type: 'transcription', id: 'sess_1' } })
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return session.violates('a binary message')
    switch (message['type']) {
      case 'session.update':
        return this.configure(session, message['session'] as Configuration)
      case 'input_audio_buffer.append':
        this.bytes += Buffer.from(String(message['audio']), 'base64').length
        return
      case 'input_audio_buffer.commit':
        if (this.bytes === 0) {
          return this.fail(
            session,
            'input_audio_buffer_commit_empty',
            'Error committing input audio buffer: buffer too small',
          )
        }
        return this.commit(session)
      case 'input_audio_buffer.clear':
        return
      default:
        session.violates(`message ${JSON.stringify(message)}`)
    }
  }

  /** Words that a live model writes while somebody speaks. */
  delta(session: VendorSession, delta: string): void {
    const about = { item_id: `item_${this.item + 1}`, content_index: 0 }
    this.heard += delta
    session.send({ type: 'conversation.item.input_audio_transcription.delta', ...about, delta })
  }

  /** Commits the buffer, as the vendor's voice activity does, and transcribes it. */
  commit(session: VendorSession, ...deltas: string[]): void {
    const item_id = `item_${++this.item}`
    this.bytes = 0
    session.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 900, item_id })
    session.send({ type: 'input_audio_buffer.committed', item_id, previous_item_id: null })
    const about = { item_id, content_index: 0 }
    for (const delta of deltas) {
      session.send({ type: 'conversation.item.input_audio_transcription.delta', ...about, delta })
    }
    const transcript = deltas.join('') || this.heard
    this.heard = ''
    session.send({ type: 'conversation.item.input_audio_transcription.completed', ...about, transcript })
  }

  private configure(session: VendorSession, configuration: Configuration): void {
    const { transcription, turn_detection: turns } = configuration.audio.input
    const model = transcription.model ?? ''
    const live = /^gpt-(live-transcribe|realtime-whisper)/.test(model)
    const lists = /^gpt-(live-)?transcribe$/.test(model)
    if (configuration.type !== 'transcription') session.violates('session type')
    if (live && turns) return this.fail(session, 'invalid_value', noTurns)
    if (transcription.prompt && model === 'gpt-realtime-whisper')
      return this.fail(session, 'invalid_value', 'prompt')
    if ((transcription.languages ?? transcription.keywords) && !lists) session.violates(`lists for ${model}`)
    session.send({ type: 'session.updated', session: configuration })
  }

  fail(session: VendorSession, code: string, message: string, type = 'invalid_request_error'): void {
    session.send({
      type: 'error',
      event_id: 'e',
      error: { type, code, message, param: null, event_id: null },
    })
  }
}

/** The audio that the client appended. */
export function appended(session: VendorSession): Buffer {
  return Buffer.concat(
    session.typed('input_audio_buffer.append').map(({ audio }) => Buffer.from(String(audio), 'base64')),
  )
}

/** `session.audio.input` of the client's configuration. */
export function inputOf(session: VendorSession): Record<string, unknown> {
  const update = session.typed('session.update')[0] as {
    session: { audio: { input: Record<string, unknown> } }
  }
  return update.session.audio.input
}
