/** What a speech-to-text vendor can do. */
export interface SttCapabilities {
  /** Primary language subtags, or tags where regions matter; `*` stands for all. */
  readonly languages: readonly string[]
  /** Whether it finds out which of its languages is spoken (`multi`, `auto`). */
  readonly detectsLanguage: boolean
  /** Names of its models, the default first. */
  readonly models: readonly string[]
  readonly partials: boolean
  /** Who decides that a turn is over: the vendor, or silence as the relay hears it. */
  readonly endOfTurn: 'engine' | 'relay'
  /** What it is sent on legs of 8 and 16 kHz, such as `mulaw/8000`. */
  readonly formats: readonly string[]
  /** What `hints` become; '' where they are left out. */
  readonly hints: string
}

/** What a text-to-speech vendor can do. */
export interface TtsCapabilities {
  /** Primary language subtags, or tags where regions matter; `*` stands for all. */
  readonly languages: readonly string[]
  /** Names of its models, the default first; empty where there is one only. */
  readonly models: readonly string[]
  /** Names of ready-made voices, the default first; more may be taken. */
  readonly voices: readonly string[]
  /** Who says when a word is heard: the vendor, or the relay's estimate. */
  readonly wordMarks: 'vendor' | 'estimated'
  /** What it is asked for on legs of 8 and 16 kHz, such as `mulaw/8000`. */
  readonly formats: readonly string[]
  /** How text gets there: a socket that stays open, or a request each. */
  readonly transport: 'socket' | 'request' | 'local'
  readonly ssml: boolean
}
