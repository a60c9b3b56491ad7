import { type Handshake, type Protocol, type Refusal, unknownParameter } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const deepgramKey = 'dg-secret-key'

/** Deepgram's answers to handshakes carry the reason in the body and in `dg-error`. */
export function deepgramRefusal(status: number, err_code: string, err_msg: string): Refusal {
  const request_id = 'dd32f8a8-3d1c-4f4e-9a5d-1f7e7f7c1a11'
  return {
    status,
    body: { err_code, err_msg, request_id },
    headers: { 'dg-request-id': request_id, 'dg-error': err_msg },
  }
}

export function wrongKey({ headers }: Handshake): Refusal | undefined {
  if (headers.authorization?.toLowerCase() === `token ${deepgramKey}`) return undefined
  return deepgramRefusal(401, 'INVALID_AUTH', 'Invalid credentials.')
}

const parameters = [
  ...['model', 'language', 'encoding', 'sample_rate', 'channels', 'interim_results', 'endpointing'],
  ...[
    'utterance_end_ms',
    'vad_events',
    'smart_format',
    'punctuate',
    'numerals',
    'profanity_filter',
    'keyterm',
  ],
  ...['keywords', 'diarize', 'multichannel', 'redact', 'replace', 'search', 'tag', 'version', 'mip_opt_out'],
  ...['filler_words', 'dictation', 'callback', 'callback_method', 'extra', 'detect_entities'],
]

/** Languages by model, of developers.deepgram.com/docs/models-languages-overview: a tag that is not there is refused. */
const regional = /^(en-(US|AU|GB|NZ|IN)|es-419|fr-CA|de-CH|nl-BE|pt-(BR|PT)|sv-SE|da-DK|ko-KR|th-TH|zh-\w+)$/
const later =
  /^((ar|gu|pa|kk)-[A-Z]{2}|af|ar|be|bn|bs|fa|gu|he|hr|hy|ka|kk|kn|mk|mr|ne|pa|sl|sr|ta|te|tl|ur)$/
const early =
  'bg ca cs da de el en es et fi fr hi hu id it ja ko lt lv ms nl no pl pt ro ru sk sv th tr uk vi zh multi'

function speaks(model: string, language: string): boolean {
  if (early.split(' ').includes(language) || regional.test(language)) return true
  return model.startsWith('nova-3') && later.test(language)
}

/**
 * `/v1/listen` of developers.deepgram.com/reference/speech-to-text/listen-streaming: it hears what the test says, and
 * keeps it as interim until it is settled.
 */
export class DeepgramListen implements Protocol {
  /** What was heard and is not final. */
  private heard = ''
  private startedAt = 0

  admit(handshake: Handshake): Refusal | undefined {
    const { url } = handshake
    if (url.pathname !== '/v1/listen') return deepgramRefusal(404, 'NOT_FOUND', 'Not found.')
    return wrongKey(handshake) ?? badQuery(url)
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) {
      if (message.length === 0) session.violates('an empty binary message ends the stream')
      return
    }
    switch (message['type']) {
      case 'KeepAlive':
        return
      case 'Finalize':
        if (this.heard) this.settle(session, { from_finalize: true, speech_final: true })
        return
      case 'CloseStream':
        if (this.heard) this.settle(session, {})
        session.send({
          type: 'Metadata',
          request_id: 'r',
          sha256: 's',
          created: 'c',
          duration: 0,
          channels: 1,
        })
        session.end(1000)
        return
      default:
        session.violates(`message ${JSON.stringify(message)}`)
        session.end(1002, 'DATA-0000')
    }
  }

  /** Sends `text` as an interim result. */
  interim(session: VendorSession, text: string): void {
    this.heard = text
    session.send(results(text, { is_final: false, start: this.startedAt }))
  }

  /** Sends what was heard, or nothing understood, as a final result. */
  settle(session: VendorSession, changes: Record<string, unknown>, text = this.heard): void {
    session.send(results(text, { is_final: true, start: this.startedAt, ...changes }))
    this.heard = ''
    this.startedAt += 1
  }

  /** Tells the pause after an utterance, and that the next begins. */
  endUtterance(session: VendorSession): void {
    session.send({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: 2.395 })
    session.send({ type: 'SpeechStarted', channel: [0, 1], timestamp: 9.54 })
  }
}

const overLimit = 'Keyterm limit exceeded. The maximum number of tokens across all keyterms is 500.'

/** A token is at least three letters of a word, or as much as one of a code (docs/keyterm). */
export function tooManyTerms(url: URL): boolean {
  const terms = url.searchParams.getAll('keyterm')
  const letters = terms.join('').replaceAll(/\s/g, '').length
  return terms.length > 100 || letters / 3 > 500
}

function badQuery(url: URL): Refusal | undefined {
  const bad = (why: string) => deepgramRefusal(400, 'INVALID_QUERY_PARAMETER', why)
  const asked = (name: string) => url.searchParams.get(name)
  const unknown = unknownParameter(url, parameters)
  if (unknown) return bad(`unknown query parameter: ${unknown}`)
  const model = asked('model') ?? 'base'
  if (!/^(nova-[23](-\w+)?|nova|enhanced|base)$/.test(model)) return bad(`No such model: ${model}`)
  if (!['mulaw', 'linear16'].includes(asked('encoding') ?? ''))
    return bad('encoding of raw audio is required')
  if (!['8000', '16000'].includes(asked('sample_rate') ?? '')) return bad('sample_rate is required')
  if (!speaks(model, asked('language') ?? 'en')) {
    return bad('No such model/language/tier combination found.')
  }
  if (tooManyTerms(url)) return bad(overLimit)
  if (asked('keyterm') && !model.startsWith('nova-3')) return bad('keyterm is for nova-3 only')
  if (asked('keywords') && model.startsWith('nova-3')) return bad('keywords are not for nova-3')
  const end = asked('utterance_end_ms')
  if (end && Number(end) < 1000) return bad('utterance_end_ms must be at least 1000')
  if (end && asked('interim_results') !== 'true') return bad('utterance_end_ms needs interim_results')
  return undefined
}

function results(transcript: string, { start, ...changes }: Record<string, unknown>): object {
  const words = transcript.split(' ').filter(Boolean)
  return {
    type: 'Results',
    channel_index: [0, 1],
    duration: 1,
    start,
    is_final: false,
    speech_final: false,
    from_finalize: false,
    channel: {
      alternatives: [
        {
          transcript,
          confidence: transcript ? 0.98 : 0,
          words: words.map((word, i) => ({
            word,
            start: (start as number) + i * 0.1,
            end: (start as number) + i * 0.1 + 0.1,
            confidence: 0.98,
            punctuated_word: word,
          })),
        },
      ],
    },
    metadata: {
      request_id: '52cc0efe-fa77-4aa7-b79c-0dda09de2f14',
      model_info: { name: '2-general-nova', version: '2024-01-18.26916', arch: 'nova-3' },
      model_uuid: '1dbdfb4d-85b2-4659-9831-16b3c76229aa',
    },
    ...changes,
  }
}
