import { type Handshake, type Protocol, type Refusal, unknownParameter } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const assemblyAiKey = 'aai-secret-key'

const parameters = [
  ...['sample_rate', 'encoding', 'speech_model', 'format_turns', 'end_of_turn_confidence_threshold', 'token'],
  ...['min_turn_silence', 'max_turn_silence', 'min_end_of_turn_silence_when_confident', 'vad_threshold'],
  ...[
    'keyterms_prompt',
    'prompt',
    'language_codes',
    'language_detection',
    'inactivity_timeout',
    'speaker_labels',
  ],
  ...['session_heartbeat', 'filter_profanity', 'continuous_partials', 'mode', 'language_code'],
]

/** `/v3/ws` of assemblyai.com/docs/api-reference/streaming-api; it refuses keys after the upgrade, as the vendor does. */
export class AssemblyAi implements Protocol {
  private turn = 0
  private heard = ''
  private authorized = true

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (url.pathname !== '/v3/ws') return { status: 404, body: 'Not Found' }
    this.authorized = headers.authorization === assemblyAiKey
    return undefined
  }

  opened(session: VendorSession): void {
    if (!this.authorized)
      return this.fail(session, 1008, 'Unauthorized Connection: Missing Authorization header')
    const asked = (name: string) => session.asked(name)[0]
    const unknown = unknownParameter(session.url, parameters)
    if (unknown) session.violates(`parameter ${unknown}`)
    if (!asked('speech_model')) session.violates('speech_model is missing')
    if (!['pcm_s16le', 'pcm_mulaw'].includes(asked('encoding') ?? '')) session.violates('encoding')
    const terms = asked('keyterms_prompt')
    if (terms) this.judge(session, JSON.parse(terms))
    const steered = asked('language_codes')
    if (steered && !/^(u3-|universal-3-)/.test(asked('speech_model') ?? ''))
      session.violates('language_codes')
    session.send({ type: 'Begin', id: 'de5d9927-73a6-4be8-b52d-b4c07be37e6b', expires_at: 1745483367 })
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return this.audio(session, message)
    switch (message['type']) {
      case 'KeepAlive':
      case 'UpdateConfiguration':
        return
      case 'ForceEndpoint':
        if (this.heard) this.end(session, this.heard)
        return
      case 'Terminate':
        session.send({ type: 'Termination', audio_duration_seconds: 1, session_duration_seconds: 1 })
        return session.end(1000)
      default:
        session.violates(`message ${JSON.stringify(message)}`)
        this.fail(session, 3006, 'Invalid Message Type')
    }
  }

  /** The turn so far, or all of it. */
  tell(session: VendorSession, transcript: string, end_of_turn = false, turn_is_formatted = false): void {
    this.heard = end_of_turn ? '' : transcript
    const words = transcript.split(' ').map((text, i) => ({
      text,
      start: i * 200,
      end: i * 200 + 180,
      confidence: 0.9,
      word_is_final: true,
    }))
    session.send({
      type: 'Turn',
      turn_order: this.turn,
      turn_is_formatted,
      end_of_turn,
      transcript,
      utterance: end_of_turn ? transcript : '',
      end_of_turn_confidence: end_of_turn ? 0.9 : 0.1,
      words,
    })
  }

  /** Ends the turn: as it was heard, and once more formatted where that was asked for. */
  end(session: VendorSession, transcript: string, formatted = transcript): void {
    // The Universal-3 Pro models say it once, formatted.
    if (session.asked('format_turns')[0] === 'true') {
      this.tell(session, transcript, true)
      this.tell(session, formatted, true, true)
    } else
      this.tell(session, formatted, true, /^(u3-|universal-3-)/.test(session.asked('speech_model')[0] ?? ''))
    this.turn++
  }

  fail(session: VendorSession, error_code: number, error: string): void {
    session.send({ type: 'Error', error_code, error })
    session.end(error_code, error)
  }

  private judge(session: VendorSession, terms: unknown): void {
    if (!Array.isArray(terms)) return session.violates('keyterms_prompt is no JSON array')
    if (terms.length > 100) session.violates('more than 100 key terms')
    if (terms.some((term) => String(term).length > 50))
      session.violates('a key term of more than 50 characters')
  }

  private audio(session: VendorSession, bytes: Buffer): void {
    const rate = Number(session.asked('sample_rate')[0])
    const ms = (bytes.length * 1000) / rate / (session.asked('encoding')[0] === 'pcm_mulaw' ? 1 : 2)
    if (ms >= 50 && ms <= 1000) return
    session.violates(`${ms} ms of audio in a message`)
    this.fail(session, 3007, 'Input Duration Violation: must be between 50 and 1000 ms')
  }
}
