import type { Handshake, Protocol, Refusal } from './support/vendor-server.js'
import type { Message, VendorSession } from './support/vendor-session.js'

export const speechmaticsKey = 'sm-secret-key'

/** `/v2` of docs.speechmatics.com/api-ref/realtime-transcription-websocket, whose messages are told by `message`. */
export class Speechmatics implements Protocol {
  /** Whether `StartRecognition` is answered at once. */
  starts = true
  private started = false
  private sequence = 0
  private partial = ''

  admit({ url, headers }: Handshake): Refusal | undefined {
    if (!/^\/v2(\/[a-z]+)?\/?$/.test(url.pathname)) return { status: 404, body: 'Not Found' }
    if (headers.authorization === `Bearer ${speechmaticsKey}`) return undefined
    return { status: 401, body: { message: 'Error', type: 'not_authorised', reason: 'Invalid token' } }
  }

  received(session: VendorSession, message: Message): void {
    if (Buffer.isBuffer(message)) {
      if (!this.started) session.violates('audio before RecognitionStarted')
      session.send({ message: 'AudioAdded', seq_no: ++this.sequence })
      return
    }
    switch (message['message']) {
      case 'StartRecognition':
        if (this.starts) this.start(session)
        return
      case 'ForceEndOfUtterance':
        if (this.partial) this.settle(session, this.partial)
        session.send({ message: 'EndOfUtterance', metadata: { start_time: 1, end_time: 1 } })
        return
      case 'EndOfStream':
        if (message['last_seq_no'] !== this.sequence)
          session.violates(`last_seq_no ${message['last_seq_no']}`)
        session.send({ message: 'EndOfTranscript' })
        session.end(1000)
        return
      default:
        session.violates(`message ${JSON.stringify(message)}`)
        this.fail(session, 'invalid_message', 'Unknown message')
    }
  }

  start(session: VendorSession): void {
    this.started = true
    session.send({ message: 'RecognitionStarted', id: '807670e9-14af-4fa2-9e8f-5d525c22156e' })
    session.send({ message: 'Info', type: 'recognition_quality', reason: 'telephony', quality: 'telephony' })
  }

  guess(session: VendorSession, transcript: string): void {
    this.partial = transcript
    session.send({ message: 'AddPartialTranscript', ...result(transcript) })
  }

  settle(session: VendorSession, transcript: string): void {
    this.partial = ''
    session.send({ message: 'AddTranscript', ...result(transcript) })
  }

  fail(session: VendorSession, type: string, reason: string): void {
    session.send({ message: 'Error', type, reason })
    session.end(1011, type)
  }
}

/** Transcripts end with the space that parts them from the next, but before punctuation. */
function result(transcript: string): object {
  const words = transcript.split(' ').filter(Boolean)
  return {
    format: '2.9',
    metadata: { transcript: transcript ? `${transcript} ` : '', start_time: 0, end_time: 1.2 },
    results: words.map((content, i) => ({
      type: 'word',
      start_time: i * 0.2,
      end_time: i * 0.2 + 0.2,
      alternatives: [{ content, confidence: 0.96, language: 'en' }],
    })),
  }
}
