import { type Handshake, type Protocol, type Refusal, unknownParameter } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const telnyxKey = 'KEY-telnyx-secret'

const engines = [
  ...['Azure', 'Deepgram', 'Google', 'Telnyx', 'xAI', 'AssemblyAI', 'Speechmatics', 'Soniox', 'Parakeet'],
  ...['Humain', 'Reson8', 'Cohere'],
]
/** Their names on the socket (docs/voice/stt/models). */
const models: Readonly<Record<string, RegExp>> = {
  AssemblyAI: /^assemblyai\/universal-streaming$/,
  Azure: /^azure\/fast$/,
  Deepgram: /^(nova-[23]|flux)$/,
  Google: /^latest_long$/,
  Parakeet: /^nvidia\/parakeet-v3$/,
  Soniox: /^soniox\/stt-rt-v4$/,
  Speechmatics: /^speechmatics\/standard$/,
  Telnyx: /^openai\/whisper-(tiny|large-v3-turbo)$/,
  xAI: /^xai\/grok-stt$/,
}
const rawFormats = ['linear16', 'linear32', 'mulaw', 'alaw']
const formats = [
  ...rawFormats,
  ...[
    'mp3',
    'wav',
    'webm',
    'ogg',
    'flac',
    'ogg_opus',
    'webm_opus',
    'opus',
    'amr_nb',
    'amr_wb',
    'g729',
    'speex',
  ],
]
const parameters = [
  ...[
    'transcription_engine',
    'model',
    'input_format',
    'sample_rate',
    'language',
    'interim_results',
    'endpointing',
  ],
  ...['redact', 'keyterm', 'keywords', 'region', 'eot_threshold', 'eot_timeout_ms', 'eager_eot_threshold'],
]

/** Telnyx's answers over HTTP: `errors` with code, title and detail. */
export function telnyxRefusal(status: number, code: string, title: string, detail: string): Refusal {
  return { status, body: { errors: [{ code, title, detail }] } }
}

/** The answer to a handshake without the key. */
export function telnyxStranger({ headers }: Handshake): Refusal | undefined {
  if (headers.authorization === `Bearer ${telnyxKey}`) return undefined
  return telnyxRefusal(
    401,
    '10009',
    'Authentication failed',
    'Could not understand the provided credentials.',
  )
}

/**
 * `/v2/speech-to-text/transcription` of developers.telnyx.com/docs/voice/stt/websocket-streaming: parameters are judged
 * after the upgrade, transcripts are flat, and control messages depend on the engine behind it.
 */
export class TelnyxListen implements Protocol {
  private heard = ''

  admit(handshake: Handshake): Refusal | undefined {
    if (handshake.url.pathname !== '/v2/speech-to-text/transcription')
      return telnyxRefusal(
        404,
        '10005',
        'Resource not found',
        'The requested resource or URL could not be found.',
      )
    return telnyxStranger(handshake)
  }

  opened(session: VendorSession): void {
    const asked = (name: string) => session.asked(name)[0]
    const unknown = unknownParameter(session.url, parameters)
    if (unknown) session.violates(`unknown parameter ${unknown}`)
    const engine = asked('transcription_engine') ?? 'Deepgram'
    const format = asked('input_format') ?? 'mp3'
    const rate = asked('sample_rate')
    if (!engines.includes(engine)) session.violates(`engine ${engine}`)
    if (!models[engine]?.test(asked('model') ?? ''))
      session.violates(`${engine} has no model ${asked('model')}`)
    if (session.asked('keyterm').length > 1) session.violates('keyterm is one list between commas')
    if (!formats.includes(format))
      return this.fail(session, '40001', 'Invalid Parameter', `Unsupported input_format '${format}'`)
    if (rawFormats.includes(format) && rate === undefined)
      return this.fail(session, '40003', 'Missing Parameter', 'sample_rate is required')
    if (rate !== undefined && !(Number(rate) > 0))
      return this.fail(session, '40004', 'Invalid Parameter', 'sample_rate must be a positive integer')
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) {
      if (message.length === 0) session.violates('an empty binary message')
      return
    }
    const engine = session.asked('transcription_engine')[0] ?? 'Deepgram'
    switch (message['type']) {
      case 'Finalize':
        if (engine === 'Deepgram' && this.heard) this.settle(session, {})
        return
      case 'CloseStream':
        if (!['Deepgram', 'Speechmatics', 'Soniox'].includes(engine)) return
        if (this.heard) this.settle(session, {})
        return session.end(1000)
      case 'KeepAlive':
        return
      default:
        session.violates(`message ${JSON.stringify(message)}`)
    }
  }

  /** Sends `transcript` as an interim result. */
  interim(session: VendorSession, transcript: string): void {
    this.heard = transcript
    session.send({ type: 'transcript', transcript, is_final: false, confidence: 0.7 })
  }

  /** Sends what was heard, or `transcript`, as a finalised segment. */
  settle(session: VendorSession, changes: Record<string, unknown>, transcript = this.heard): void {
    this.heard = ''
    session.send({ type: 'transcript', transcript, is_final: true, confidence: 0.98, ...changes })
  }

  /** Tells the pause after an utterance, as Deepgram behind Telnyx does. */
  endUtterance(session: VendorSession): void {
    session.send({ transcript: '', is_final: true, utterance_end: true })
  }

  /** Tells an error as the socket does, and closes. */
  fail(session: VendorSession, code: string, title: string, detail: string): void {
    session.send({ errors: [{ code, title, detail, source: { parameter: 'input_format' } }] })
    session.end(1000)
  }
}
