import type { SpeechToText, TextToSpeech } from '../engine.js'
import type { SpeechObserver } from '../failover/observer.js'

/** A voice as an app asks for it. */
export interface TtsWish {
  /** As the app wrote it; '' for none. */
  readonly provider: string
  /** The provider's name of it, in either platform's form; '' for none. */
  readonly voice: string
  /** BCP-47 tag, `multi` or `auto`. */
  readonly language: string
  /** What only the voice's vendor knows. `apiKey` is the app's own key. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  /** What to take in its place, in this order, before the engines of the configuration. */
  readonly instead?: readonly { readonly provider: string; readonly voice: string }[] | undefined
  readonly observer?: SpeechObserver | undefined
}

/** A recogniser as an app asks for it. */
export interface SttWish {
  /** As the app wrote it; '' for none. */
  readonly provider: string
  /** The provider's name of its model; '' for its choice. */
  readonly model: string
  /** BCP-47 tag, `multi` or `auto`. */
  readonly language: string
  /** What only the recogniser's vendor knows. `apiKey` is the app's own key. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  /** What to take in its place, in this order, before the engines of the configuration. */
  readonly instead?: readonly { readonly provider: string; readonly model: string }[] | undefined
  readonly observer?: SpeechObserver | undefined
}

export interface ResolvedTextToSpeech {
  readonly engine: TextToSpeech
  /** The engine's own name of the voice. */
  readonly voice: string
  readonly language: string
  readonly model?: string | undefined
  /** What was taken instead of what was asked; for the timeline. */
  readonly warning?: string
}

export interface ResolvedSpeechToText {
  readonly engine: SpeechToText
  readonly language: string
  readonly warning?: string
}
