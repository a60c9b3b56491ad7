import { deepgramRefusal, tooManyTerms, wrongKey } from './deepgram-server.js'
import { type Handshake, type Protocol, type Refusal, unknownParameter } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

const parameters = [
  ...[
    'model',
    'encoding',
    'sample_rate',
    'eager_eot_threshold',
    'eot_threshold',
    'eot_timeout_ms',
    'keyterm',
  ],
  ...['language_hint', 'tag', 'mip_opt_out', 'profanity_filter', 'numerals', 'redact', 'diarize'],
]

/** `/v2/listen` of developers.deepgram.com/docs/flux, with its states of a turn. */
export class DeepgramFlux implements Protocol {
  private sequence = 0
  private turn = 0
  private state: 'ready' | 'speaking' | 'processing' = 'ready'
  private transcript = ''

  admit(handshake: Handshake): Refusal | undefined {
    const { url } = handshake
    if (url.pathname !== '/v2/listen') return deepgramRefusal(404, 'NOT_FOUND', 'Not found.')
    return wrongKey(handshake) ?? badQuery(url)
  }

  opened(session: VendorSession): void {
    session.send({ type: 'Connected', request_id: 'r', sequence_id: this.sequence++ })
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) return
    switch (message['type']) {
      case 'ForceEndTurn':
        if (this.state !== 'ready') this.tell(session, 'EndOfTurn', this.transcript, { trigger: 'manual' })
        return
      case 'Configure':
        session.send({ type: 'ConfigureSuccess', request_id: 'r', sequence_id: this.sequence++ })
        return
      case 'CloseStream':
        session.end(1000)
        return
      default:
        session.violates(`message ${JSON.stringify(message)}`)
        this.fail(session, 'UNPARSABLE_CLIENT_MESSAGE', 'Failed to parse client message')
    }
  }

  tell(
    session: VendorSession,
    event: string,
    transcript: string,
    changes: Record<string, unknown> = {},
  ): void {
    this.transcript = transcript
    session.send({
      type: 'TurnInfo',
      request_id: 'r',
      sequence_id: this.sequence++,
      event,
      turn_index: this.turn,
      audio_window_start: 0,
      audio_window_end: 1.6,
      transcript,
      words: transcript.split(' ').map((word) => ({ word, confidence: 0.97 })),
      end_of_turn_confidence: 0.4,
      ...changes,
    })
    if (event === 'StartOfTurn' || event === 'TurnResumed') this.state = 'speaking'
    if (event === 'EagerEndOfTurn') this.state = 'processing'
    if (event !== 'EndOfTurn') return
    this.state = 'ready'
    this.transcript = ''
    this.turn++
  }

  fail(session: VendorSession, code: string, description: string): void {
    session.send({ type: 'Error', sequence_id: this.sequence++, code, description })
    session.end(1011, code)
  }
}

function badQuery(url: URL): Refusal | undefined {
  const bad = (why: string) => deepgramRefusal(400, 'INVALID_QUERY_PARAMETER', why)
  const asked = (name: string) => url.searchParams.get(name)
  const unknown = unknownParameter(url, parameters)
  if (unknown) return bad(`unknown query parameter: ${unknown}`)
  if (tooManyTerms(url)) return bad('Keyterm limit exceeded.')
  const model = asked('model')
  if (model !== 'flux-general-en' && model !== 'flux-general-multi') return bad('model is required')
  if (asked('language_hint') && model !== 'flux-general-multi')
    return bad('language_hint needs flux-general-multi')
  if (!['mulaw', 'linear16'].includes(asked('encoding') ?? ''))
    return bad('encoding of raw audio is required')
  if (!['8000', '16000'].includes(asked('sample_rate') ?? '')) return bad('sample_rate is required')
  return (
    outside(url, 'eot_threshold', 0.5, 1) ??
    outside(url, 'eager_eot_threshold', 0.3, 0.9) ??
    outside(url, 'eot_timeout_ms', 500, 60_000)
  )
}

function outside(url: URL, name: string, least: number, most: number): Refusal | undefined {
  const text = url.searchParams.get(name)
  if (text === null || (Number(text) >= least && Number(text) <= most)) return undefined
  return deepgramRefusal(400, 'INVALID_QUERY_PARAMETER', `${name} must be from ${least} to ${most}`)
}
