import type { Clock } from '../../base/clock.js'
import type { ParleyError } from '../../base/errors.js'
import type { InterruptMode } from '../../protocol/index.js'
import type { LegRate } from '../leg.js'
import type { SpeakerLimits } from './limits.js'
import type { ResolvedVoice } from './synthesis.js'

/**
 * Fetches and decodes the media of a `play` frame.
 * @param sampleRate Hz wanted; the media may come at another rate all the same
 * @throws ParleyError `media_fetch_failed`
 */
export type FetchMedia = (
  source: string,
  signal: AbortSignal,
  sampleRate?: number,
) => Promise<{ readonly pcm: Int16Array; readonly sampleRate: number }>

/** What the speaker tells. Called synchronously; must not throw. */
export interface SpeakerListener {
  /** At playout: the first audible frame, or the last, is being pulled. */
  speaking(on: boolean): void
  /** A chunk as the app wrote it, once heard; the heard part, trimmed, when it was cut; digits, once sent. */
  chunkPlayed(text: string): void
  /** The first token of a talk cycle. */
  firstToken(): void
  /** A talk cycle is complete. */
  finalToken(totals: { tokens: number; words: number }): void
  /** From the engine being asked for a talk cycle's first chunk to its first audio, in ms. */
  ttsLatency(ms: number): void
  /** Speech gave way to a later message. */
  preempted(): void
  digitsSent(digits: string): void
  mediaStarted(source: string): void
  /** Something will not be heard, or not to its end; the session goes on. `context`: the text, URL or digits. */
  failed(error: ParleyError, context: string): void
}

export interface SpeakerOptions {
  readonly clock: Clock
  /** Hz of the frames pulled. */
  readonly sampleRate: LegRate
  /** @throws ParleyError `media_setup_invalid` */
  readonly resolveVoice: (language: string) => ResolvedVoice
  readonly fetchMedia: FetchMedia
  readonly sendDigits: (digits: string, signal: AbortSignal) => Promise<void>
  /** Language of tokens that name none. */
  readonly language: string
  readonly listener: SpeakerListener
  readonly limits?: Partial<SpeakerLimits> | undefined
}

/** What holds for messages that do not say otherwise. */
export interface MessageDefaults {
  readonly interruptible: InterruptMode
  readonly preemptible: boolean
}
