import type { EventEmitter } from 'node:events'

/** How to listen. One `Listening` is opened per session and language. */
export interface ListenOptions {
  /** BCP-47 tag, `multi` or `auto`. */
  readonly language: string
  /** Hz of the frames that will be written: 8000 or 16000. */
  readonly sampleRate: number
  /** Vendor's model name as the app wrote it; '' for the engine's own choice. */
  readonly model: string
  /** Where the language is to be found out: those that the session declares, the likeliest first. */
  readonly languages?: readonly string[] | undefined
  /** Words and phrases likely to be said. */
  readonly hints: readonly string[]
  /** Engine-specific wishes, under the platforms' own names (`eotThreshold`, `profanityFilter` …). */
  readonly settings: Readonly<Record<string, unknown>>
}

/** What was understood. `text` is cumulative within the utterance. */
export interface Transcript {
  readonly text: string
  /** Language recognised, as a BCP-47 tag. */
  readonly language: string
  /** 0 to 1, where the engine gives one. */
  readonly confidence?: number | undefined
  /** Of a final: ms of audio since the opening that it covers, where the engine tells. */
  readonly endMs?: number | undefined
}

export interface ListeningEvents {
  /** Best guess so far; never empty text. */
  partial: [Transcript]
  /** An utterance's text, settled; text is '' when nothing was understood. */
  final: [Transcript]
  /** The engine itself decided that the speaker is done; follows the last `final` of the turn. */
  endOfTurn: []
  /** The engine broke; nothing more will come from this object. */
  error: [Error]
}

/** An open recognition stream. */
export interface Listening extends EventEmitter<ListeningEvents> {
  /**
   * @param frame 20 ms of mono PCM at `ListenOptions.sampleRate`; copied before this returns
   * @param voiced voice activity's opinion of the frame, for engines that have none of their own
   */
  write(frame: Int16Array, voiced: boolean): void
  /** Asks for the `final` of all that was written since the last; it comes even when nothing was understood. */
  finalize(): void
  /** Releases everything; no event follows. */
  close(): Promise<void>
}

/** A speech-to-text engine. */
export interface SpeechToText {
  readonly name: string
  /** `engine`: it emits `endOfTurn` by itself. `relay`: silence decides, and the relay calls `finalize`. */
  readonly endpointing: 'engine' | 'relay'
  open(options: ListenOptions): Listening
}

/** One chunk of speech to synthesise. */
export interface SpeakRequest {
  /** Plain text, or SSML content where `ssml` is true. */
  readonly text: string
  readonly ssml: boolean
  readonly language: string
  /** The engine's own voice name; '' for the language's default. */
  readonly voice: string
  /** The engine's own model name; absent for its default. */
  readonly model?: string | undefined
  /** Hz the caller's leg works at; the engine may answer at another rate. */
  readonly sampleRate: number
  readonly settings: Readonly<Record<string, unknown>>
  /** ms of this request's audio that was heard so far, where somebody listens already. */
  readonly heardMs?: (() => number) | undefined
}

/** A stretch of synthesised audio, in order; the stretches of one request join without a gap. */
export interface SpeechAudio {
  readonly pcm: Int16Array
  /** Hz of `pcm`; the same for all stretches of one request. */
  readonly sampleRate: number
  /** Words that end within the audio delivered so far, in order; each is delivered once. */
  readonly marks: readonly WordMark[]
  /**
   * Where `pcm` joins what was delivered, in ms of the request's audio: what lies behind that is withdrawn, with the
   * marks in it. Never before what was heard. Absent where it joins at the end.
   */
  readonly joinsAtMs?: number | undefined
}

/** When a word of the request is heard. Offsets count UTF-16 units of `SpeakRequest.text`. */
export interface WordMark {
  readonly textStart: number
  readonly textEnd: number
  /** ms from the start of the request's audio. */
  readonly startMs: number
  readonly endMs: number
}

/** A text-to-speech engine. */
export interface TextToSpeech {
  readonly name: string
  /** Whether SSML is understood; when not, callers strip it first. */
  readonly ssml: boolean
  /**
   * Streams the audio of one chunk. Aborting `signal` stops the engine at once and ends the iteration.
   * @throws Error when the engine fails
   */
  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio>
  /** Connects ahead of a request like this, so that its first audio need not wait for that. Never throws. */
  prepare?(request: SpeakRequest): void
}
