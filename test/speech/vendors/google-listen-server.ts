import type { ServerDuplexStream } from '@grpc/grpc-js'
import { type GrpcStatus, GrpcVendor, serviceOf } from './support/grpc-vendor.js'

const speech = serviceOf('google/cloud/speech/v1/cloud_speech.proto', 'google.cloud.speech.v1.Speech')

/** Most bytes of audio in one message (cloud.google.com/speech-to-text/quotas). */
const MOST_BYTES = 25_600

/** `StreamingRecognitionConfig`, with the fields' own names. */
export interface RecognitionConfig {
  readonly encoding: string
  readonly sample_rate_hertz: number
  readonly language_code: string
  readonly model: string
  readonly speech_contexts: readonly { readonly phrases: readonly string[] }[]
}

interface Request {
  readonly streaming_request?: 'streaming_config' | 'audio_content'
  readonly streaming_config?: { readonly config: RecognitionConfig; readonly interim_results: boolean }
  readonly audio_content?: Buffer
}

type Call = ServerDuplexStream<Request, object>

/** `StreamingRecognize` of google.cloud.speech.v1: it hears what the test says. */
export class GoogleListen {
  readonly streams: GoogleStream[] = []

  private constructor(readonly vendor: GrpcVendor) {}

  static async start(): Promise<GoogleListen> {
    const calls = { StreamingRecognize: (call: Call) => google.begin(call) }
    const google = new GoogleListen(await GrpcVendor.start(speech, calls))
    return google
  }

  private begin(call: Call): void {
    const { refusal } = this.vendor
    if (refusal) return void call.emit('error', refusal)
    this.streams.push(new GoogleStream(call, (what) => this.vendor.violations.push(what)))
  }
}

/** One stream of a client. */
export class GoogleStream {
  config: RecognitionConfig | undefined
  interims = false
  audio = Buffer.alloc(0)
  /** How it ended: the client has no more audio, or gave it up; or the server ended it. */
  ended: 'half-closed' | 'cancelled' | 'failed' | undefined
  /** What is settled as a final result once the client has no more audio. */
  heard = ''

  constructor(
    private readonly call: Call,
    private readonly violates: (what: string) => void,
  ) {
    call.on('data', (request: Request) => this.received(request))
    call.on('error', () => {})
    call.on('cancelled', () => {
      this.ended ??= 'cancelled'
    })
    call.on('end', () => {
      if (this.ended) return
      this.ended = 'half-closed'
      if (this.heard) this.settle(this.heard)
      call.end()
    })
  }

  /** Sends what is understood so far, in stretches of falling stability. */
  interim(...stretches: string[]): void {
    this.heard = stretches.join('')
    const results = stretches.map((transcript, i) => ({
      alternatives: [{ transcript, confidence: 0 }],
      is_final: false,
      stability: i === 0 ? 0.9 : 0.01,
      result_end_time: this.time(),
      language_code: 'en-us',
    }))
    this.call.write({ results })
  }

  /** Sends a final result. @param endMs audio that it covers; all that has come unless told */
  settle(transcript: string, endMs?: number): void {
    this.heard = ''
    const result = {
      alternatives: [{ transcript, confidence: 0.92 }],
      is_final: true,
      result_end_time: this.time(endMs),
      language_code: 'en-us',
    }
    this.call.write({ results: [result] })
  }

  /** Sends a speech event. */
  event(speech_event_type: string): void {
    this.call.write({ results: [], speech_event_type, speech_event_time: this.time() })
  }

  /** Sends a response that carries an error, which the stream's end follows. */
  tell(error: { code: number; message: string }): void {
    this.ended = 'failed'
    this.call.write({ error, results: [] })
    this.call.end()
  }

  fail(status: GrpcStatus): void {
    this.ended = 'failed'
    this.call.emit('error', status)
  }

  private received({ streaming_request: kind, streaming_config, audio_content }: Request): void {
    if (!this.config) {
      if (kind !== 'streaming_config') return this.violates(`first message has ${kind}`)
      this.config = streaming_config!.config
      this.interims = streaming_config!.interim_results
      if (!this.config.language_code) this.violates('no language_code')
      if (!(this.config.sample_rate_hertz >= 8000)) this.violates('no sample_rate_hertz')
      return
    }
    if (kind !== 'audio_content') return this.violates(`a later message has ${kind}`)
    const bytes = audio_content!
    if (bytes.length > MOST_BYTES) this.violates(`audio of ${bytes.length} bytes`)
    this.audio = Buffer.concat([this.audio, bytes])
  }

  private time(ms = this.audioMs()) {
    return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 }
  }

  private audioMs(): number {
    const wide = this.config?.encoding === 'LINEAR16' ? 2 : 1
    return (this.audio.length * 1000) / wide / (this.config?.sample_rate_hertz ?? 8000)
  }
}
