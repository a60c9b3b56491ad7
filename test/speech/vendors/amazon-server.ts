import { once } from 'node:events'
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type AwsError, AwsSignature } from './support/aws-account.js'
import { EventReader, encodeEvent } from './support/event-stream.js'

const eventStream = 'application/vnd.amazon.eventstream'
const ownHeader = (name: string) => `x-amzn-transcribe-${name}`

/** What a result is. */
export interface Said {
  readonly resultId: string
  readonly partial: boolean
  readonly languageCode?: string
}

/** One `StartStreamTranscription` of a client. */
export class TranscribeStream {
  /** All that came in AudioEvents. */
  audio = Buffer.alloc(0)
  /** Whether the client said that its audio is over. */
  ended = false
  /** Whether nothing can be sent any more. */
  closed = false

  constructor(
    private readonly headers: IncomingHttpHeaders,
    private readonly stream: ServerHttp2Stream,
  ) {
    stream.on('close', () => {
      this.closed = true
    })
  }

  /** The request's header `x-amzn-transcribe-…`. */
  asked(name: string): string | undefined {
    return this.headers[ownHeader(name)] as string | undefined
  }

  /** A TranscriptEvent of one result; without text the event has none. */
  say(text: string, { resultId, partial, languageCode }: Said): void {
    const words = text.split(' ').filter(Boolean)
    const items = words.map((word, i) => ({
      StartTime: i * 0.1,
      EndTime: i * 0.1 + 0.1,
      Content: word,
      Type: 'pronunciation',
      VocabularyFilterMatch: false,
      ...(partial ? { Stable: i < words.length - 1 } : { Confidence: 0.98 }),
    }))
    const result = {
      ResultId: resultId,
      StartTime: 0.02,
      EndTime: 0.02 + words.length * 0.1,
      IsPartial: partial,
      ChannelId: 'ch_0',
      Alternatives: [{ Transcript: text, Items: items }],
      ...(languageCode ? { LanguageCode: languageCode } : {}),
    }
    this.event('TranscriptEvent', { Transcript: { Results: text ? [result] : [] } })
  }

  event(name: string, body: object): void {
    this.send({ ':message-type': 'event', ':event-type': name }, body)
  }

  /** Ends the stream with an exception, as Transcribe does once it has answered with 200. */
  fail(type: string, message: string): void {
    this.send({ ':message-type': 'exception', ':exception-type': type }, { Message: message })
    this.end()
  }

  end(): void {
    this.stream.end()
  }

  /** Ends it as a network that breaks. */
  drop(): void {
    this.stream.session?.destroy()
  }

  private send(headers: Record<string, string>, body: object): void {
    if (this.closed) return
    const text = Buffer.from(JSON.stringify(body))
    this.stream.write(encodeEvent({ ...headers, ':content-type': 'application/json' }, text))
  }
}

/** `StartStreamTranscription` over HTTP/2 (docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html). */
export class Transcribe {
  readonly streams: TranscribeStream[] = []
  /** What clients did against Amazon's documents. */
  readonly violations: string[] = []
  /** How often a stream was asked for. */
  requests = 0
  /** Requests get this instead of what they ask for. */
  refusal: AwsError | undefined
  private gate: Promise<void> = Promise.resolve()
  private readonly sessions = new Set<ServerHttp2Session>()
  private readonly http: Http2Server = createServer()

  private constructor() {
    this.http.on('session', (session) => {
      session.on('error', () => {})
      this.sessions.add(session)
      session.on('close', () => this.sessions.delete(session))
    })
    this.http.on('stream', (stream, headers) => void this.take(stream, headers))
  }

  static async start(): Promise<Transcribe> {
    const server = new Transcribe()
    server.http.listen(0, '127.0.0.1')
    await once(server.http, 'listening')
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`
  }

  /** Connections that clients have open. */
  get connections(): number {
    return this.sessions.size
  }

  /** Requests wait until the function that is returned is called. */
  hold(): () => void {
    let release = () => {}
    this.gate = new Promise((resolve) => {
      release = resolve
    })
    return release
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy()
    this.http.close()
    await once(this.http, 'close')
  }

  private async take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    stream.on('error', () => {})
    this.requests++
    await this.gate
    if (stream.destroyed) return
    try {
      if (this.refusal) throw this.refusal
      const signature = new AwsSignature('transcribe', {
        method: String(headers[':method']),
        path: String(headers[':path']),
        headers,
        payload: String(headers['x-amz-content-sha256']),
      })
      const wrong = wrongIn(headers)
      if (wrong) throw { status: 400, type: 'BadRequestException', message: wrong } satisfies AwsError
      this.admit(stream, headers, signature)
    } catch (thrown) {
      refuse(stream, thrown as AwsError)
    }
  }

  private admit(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, signature: AwsSignature): void {
    const transcription = new TranscribeStream(headers, stream)
    const names = ['language-code', 'sample-rate', 'media-encoding', 'identify-language']
    stream.respond({
      ':status': 200,
      'content-type': eventStream,
      'x-amzn-request-id': '1a2b3c4d-0000-4000-8000-000000000000',
      [ownHeader('session-id')]: '8f0d1c2b-0000-4000-8000-000000000000',
      ...Object.fromEntries(names.map((name) => [ownHeader(name), headers[ownHeader(name)]])),
    })
    const outer = new EventReader()
    stream.on('data', (bytes: Buffer) => {
      for (const { headers: signed, body } of outer.feed(bytes)) {
        if (!signature.covers(signed[':date'] as Date, signed[':chunk-signature'] as Buffer, body)) {
          return transcription.fail('BadRequestException', 'The request signature does not match.')
        }
        this.hear(transcription, body)
      }
    })
    stream.on('end', () => {
      transcription.ended = true
    })
    this.streams.push(transcription)
  }

  private hear(transcription: TranscribeStream, body: Buffer): void {
    if (body.length === 0) {
      transcription.ended = true
      return
    }
    for (const { headers, body: audio } of new EventReader().feed(body)) {
      if (headers[':event-type'] !== 'AudioEvent')
        this.violations.push(`event ${String(headers[':event-type'])}`)
      if (audio.length % 2 === 1) this.violations.push('half a sample')
      if (audio.length > 32_000) this.violations.push(`a chunk of ${audio.length} bytes`)
      if (audio.length === 0) transcription.ended = true
      else if (transcription.ended) this.violations.push('audio after the end')
      transcription.audio = Buffer.concat([transcription.audio, audio])
    }
  }
}

/** What of a request Transcribe does not take. */
function wrongIn(headers: IncomingHttpHeaders): string | undefined {
  const of = (name: string) => headers[ownHeader(name)]
  if (headers[':path'] !== '/stream-transcription') return `unknown operation ${String(headers[':path'])}`
  if (headers['content-type'] !== eventStream) return `content-type ${String(headers['content-type'])}`
  const language = of('language-code')
  const identifies = of('identify-language') === 'true' || of('identify-multiple-languages') === 'true'
  if (Boolean(language) === identifies) return 'Either LanguageCode or IdentifyLanguage is required.'
  if (identifies && !String(of('language-options') ?? '').includes(',')) return 'LanguageOptions is required.'
  if (language && !/^[a-z]{2,3}-[A-Z]{2}$/.test(String(language))) return `LanguageCode ${String(language)}`
  if (!['pcm', 'ogg-opus', 'flac'].includes(String(of('media-encoding')))) return 'MediaEncoding'
  const rate = Number(of('sample-rate'))
  if (!(rate >= 8000 && rate <= 48_000)) return 'Your sample rate must be between 8000 and 48000.'
  if (of('partial-results-stability') && of('enable-partial-results-stabilization') !== 'true') {
    return 'PartialResultsStability without EnablePartialResultsStabilization.'
  }
  return undefined
}

function refuse(stream: ServerHttp2Stream, { status, type, message }: AwsError): void {
  stream.respond({
    ':status': status,
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-errortype': type,
  })
  stream.end(JSON.stringify({ Message: message }))
}
