import { type ServerDuplexStream, status } from '@grpc/grpc-js'
import { type GrpcStatus, GrpcVendor, serviceOf } from './support/grpc-vendor.js'

const speech = serviceOf('google/cloud/speech/v1/cloud_speech.proto', 'google.cloud.speech.v1.Speech')
const speech2 = serviceOf('google/cloud/speech/v2/cloud_speech.proto', 'google.cloud.speech.v2.Speech')

/** Most bytes of audio in one message (cloud.google.com/speech-to-text/quotas). */
const MOST_BYTES = 25_600
/** The same of version 2, as its .proto file says. */
const MOST_BYTES2 = 15_360

/** `StreamingRecognitionConfig`, with the fields' own names. */
export interface RecognitionConfig {
  readonly encoding: string
  readonly sample_rate_hertz: number
  readonly language_code: string
  readonly model: string
  readonly speech_contexts: readonly { readonly phrases: readonly string[] }[]
}

/** `RecognitionConfig` of version 2. */
export interface RecognitionConfig2 {
  readonly decoding_config?: 'auto_decoding_config' | 'explicit_decoding_config'
  readonly explicit_decoding_config: {
    readonly encoding: string
    readonly sample_rate_hertz: number
    readonly audio_channel_count: number
  } | null
  readonly model: string
  readonly language_codes: readonly string[]
  readonly adaptation: {
    readonly phrase_sets: readonly {
      readonly inline_phrase_set?: {
        readonly phrases: readonly { readonly value: string; readonly boost: number }[]
      }
    }[]
  } | null
}

interface Request2 {
  readonly recognizer: string
  readonly streaming_request?: 'streaming_config' | 'audio'
  readonly streaming_config?: {
    readonly config: RecognitionConfig2
    readonly streaming_features: { readonly interim_results: boolean } | null
  }
  readonly audio?: Buffer
}

interface Request {
  readonly streaming_request?: 'streaming_config' | 'audio_content'
  readonly streaming_config?: { readonly config: RecognitionConfig; readonly interim_results: boolean }
  readonly audio_content?: Buffer
}

type Call<Message> = ServerDuplexStream<Message, object>

/** `StreamingRecognize` of google.cloud.speech.v1 and v2: it hears what the test says. */
export class GoogleListen {
  readonly streams: GoogleStream[] = []
  /** Those of version 2. */
  readonly streams2: GoogleStream2[] = []

  private constructor(readonly vendor: GrpcVendor) {}

  static async start(): Promise<GoogleListen> {
    const calls = { StreamingRecognize: (call: Call<Request>) => google.begin(call) }
    const calls2 = { StreamingRecognize: (call: Call<Request2>) => google.begin2(call) }
    const google = new GoogleListen(await GrpcVendor.start([speech, calls], [speech2, calls2]))
    return google
  }

  private begin(call: Call<Request>): void {
    const { refusal } = this.vendor
    if (refusal) return void call.emit('error', refusal)
    this.streams.push(new GoogleStream(call, (what) => this.vendor.violations.push(what)))
  }

  private begin2(call: Call<Request2>): void {
    const { refusal } = this.vendor
    if (refusal) return void call.emit('error', refusal)
    this.streams2.push(new GoogleStream2(call, (what) => this.vendor.violations.push(what)))
  }
}

/** What both versions of a stream have in common. */
abstract class Stream<Message> {
  audio = Buffer.alloc(0)
  /** How it ended: the client has no more audio, or gave it up; or the server ended it. */
  ended: 'half-closed' | 'cancelled' | 'failed' | undefined
  /** What is settled as a final result once the client has no more audio. */
  heard = ''
  /** The language that results are said to be in. */
  language = 'en-us'

  constructor(
    protected readonly call: Call<Message>,
    protected readonly violates: (what: string) => void,
  ) {
    call.on('data', (request: Message) => this.received(request))
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
      ...this.end(),
      language_code: this.language,
    }))
    this.call.write({ results })
  }

  /** Sends a final result. @param endMs audio that it covers; all that has come unless told */
  settle(transcript: string, endMs?: number): void {
    this.heard = ''
    const result = {
      alternatives: [{ transcript, confidence: 0.92 }],
      is_final: true,
      ...this.end(endMs),
      language_code: this.language,
    }
    this.call.write({ results: [result] })
  }

  fail(status: GrpcStatus): void {
    this.ended = 'failed'
    this.call.emit('error', status)
  }

  protected abstract received(request: Message): void
  /** Where a result ends, under the version's name of it. */
  protected abstract end(ms?: number): object
  /** Bytes of a ms of audio. */
  protected abstract bytesPerMs(): number

  protected hear(bytes: Buffer, most: number): void {
    if (bytes.length > most) this.violates(`audio of ${bytes.length} bytes`)
    this.audio = Buffer.concat([this.audio, bytes])
  }

  protected time(ms = this.audio.length / this.bytesPerMs()) {
    return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 }
  }
}

/** One stream of a client of version 1. */
export class GoogleStream extends Stream<Request> {
  config: RecognitionConfig | undefined
  interims = false

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

  protected received({ streaming_request: kind, streaming_config, audio_content }: Request): void {
    if (!this.config) {
      if (kind !== 'streaming_config') return this.violates(`first message has ${kind}`)
      this.config = streaming_config!.config
      this.interims = streaming_config!.interim_results
      if (!this.config.language_code) this.violates('no language_code')
      if (!(this.config.sample_rate_hertz >= 8000)) this.violates('no sample_rate_hertz')
      return
    }
    if (kind !== 'audio_content') return this.violates(`a later message has ${kind}`)
    this.hear(audio_content!, MOST_BYTES)
  }

  protected end(ms?: number) {
    return { result_end_time: this.time(ms) }
  }

  protected bytesPerMs(): number {
    const wide = this.config?.encoding === 'LINEAR16' ? 2 : 1
    return ((this.config?.sample_rate_hertz ?? 8000) / 1000) * wide
  }
}

/** One stream of a client of version 2. */
export class GoogleStream2 extends Stream<Request2> {
  recognizer = ''
  config: RecognitionConfig2 | undefined
  interims = false

  /** Sends a speech event. */
  event(speech_event_type: string): void {
    this.call.write({ results: [], speech_event_type, speech_event_offset: this.time() })
  }

  protected received({ recognizer, streaming_request: kind, streaming_config, audio }: Request2): void {
    if (this.config) {
      if (kind !== 'audio') return this.violates(`a later message has ${kind}`)
      return this.hear(audio!, MOST_BYTES2)
    }
    if (kind !== 'streaming_config') return this.violates(`first message has ${kind}`)
    if (!/^projects\/[^/]+\/locations\/[^/]+\/recognizers\/[^/]+$/.test(recognizer)) {
      this.violates(`recognizer "${recognizer}"`)
    }
    const { config, streaming_features } = streaming_config!
    this.recognizer = recognizer
    this.config = config
    this.interims = streaming_features?.interim_results ?? false
    const wrong = wrongIn(config)
    if (wrong) this.fail({ code: status.INVALID_ARGUMENT, details: wrong })
  }

  protected end(ms?: number) {
    return { result_end_offset: this.time(ms) }
  }

  protected bytesPerMs(): number {
    const { encoding, sample_rate_hertz = 8000 } = this.config?.explicit_decoding_config ?? {}
    return (sample_rate_hertz / 1000) * (encoding === 'LINEAR16' ? 2 : 1)
  }
}

/** What of a `RecognitionConfig` for audio without a header the service does not take. */
function wrongIn(config: RecognitionConfig2): string | undefined {
  const { decoding_config, explicit_decoding_config: explicit, language_codes, model, adaptation } = config
  if (decoding_config !== 'explicit_decoding_config')
    return 'headerless audio needs an explicit decoding config'
  const { encoding, sample_rate_hertz: rate, audio_channel_count: channels } = explicit!
  if (encoding === 'AUDIO_ENCODING_UNSPECIFIED') return 'no encoding'
  if (rate < 8000 || rate > 48_000) return `sample_rate_hertz ${rate}`
  if (channels < 1 || channels > 8) return `audio_channel_count ${channels}`
  if (!model) return 'no model'
  if (language_codes.length === 0) return 'no language_codes'
  const phrases = adaptation?.phrase_sets.flatMap((set) => set.inline_phrase_set?.phrases ?? []) ?? []
  return phrases.some(({ boost }) => boost < 0 || boost > 20) ? 'boost out of range' : undefined
}
