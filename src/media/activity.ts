/** Recognition of one direction of a leg outside of a session: Gather's speech, transcription. */
export interface ListenWish {
  /** `inbound`: what the party says; `outbound`: what the party hears. */
  readonly track: 'inbound' | 'outbound'
  /** Names as the app wrote them; '' lets the registry choose. */
  readonly provider: string
  readonly model: string
  /** BCP-47 tag. */
  readonly language: string
  readonly hints: readonly string[]
  /** Silence that ends an utterance, in ms; `auto` leaves it to the engine or the relay's own default. */
  readonly silenceMs: 'auto' | number
  readonly settings: Readonly<Record<string, unknown>>
  /** Whether what is being said when it is stopped, or the leg closes, is settled and told. It takes up to 2 s. */
  readonly settles?: boolean | undefined
}

/** A recording of a leg, made as it goes on. */
export interface RecordWish {
  /** File to create. */
  readonly path: string
  readonly format: 'wav' | 'mp3'
  /** `dual`: party left, what it hears right. `single`: both mixed. A single track makes a file of one channel. */
  readonly channels: 'single' | 'dual'
  readonly track: 'inbound' | 'outbound' | 'both'
  /** Longest recording, in ms; 0 for no limit. */
  readonly maxMs: number
  /** The party's silence that ends it, in ms; 0 for none. */
  readonly silenceMs: number
  /** Whether silence at both ends is left out. */
  readonly trim: boolean
}

export type RecordEnd = 'stopped' | 'max-length' | 'silence' | 'leg-closed' | 'failed'

/** Codecs of media streams as the platforms name them. */
export type StreamCodec = 'PCMU' | 'PCMA' | 'G722' | 'OPUS' | 'AMR-WB' | 'L16'

/** A leg's audio over a WebSocket: Twilio's `<Stream>`, Telnyx's `streaming_start`. */
export interface StreamWish {
  readonly url: string
  readonly dialect: 'twilio' | 'telnyx'
  readonly track: 'inbound' | 'outbound' | 'both'
  readonly codec: StreamCodec
  /** Hz of L16; what `start` says of OPUS, whose packets can be decoded at any rate. */
  readonly sampleRate: number
  /** What the app may send back; it is then heard by the party. `mp3`: whole files, `rtp`: encoded packets. */
  readonly bidirectional:
    | {
        readonly mode: 'mp3' | 'rtp'
        readonly codec: StreamCodec
        /** Hz of L16. */
        readonly sampleRate: number
        /** Who hears it. While the call is not bridged and in no conference, its party does. */
        readonly target: 'self' | 'opposite' | 'both'
      }
    | undefined
  /** `customParameters` of Twilio, `custom_parameters` of Telnyx. */
  readonly parameters: Readonly<Record<string, string>>
  /** Bearer token of the handshake (Telnyx's `stream_auth_token`). */
  readonly authToken?: string | undefined
  /** What the `start` frame tells about the call, under the dialect's own names. */
  readonly facts: Readonly<Record<string, unknown>>
}

export type StreamEnd = 'stopped' | 'app-closed' | 'connect-failed' | 'leg-closed'
