import type { Clock } from '../base/clock.js'
import type { CallFacts, RelaySettings } from '../protocol/index.js'
import type { VoiceDetector } from '../speech/index.js'
import type { DialApp } from './app-socket.js'
import type { EndCause } from './end-table.js'
import type { Leg } from './leg.js'
import type { FetchMedia } from './speaking/index.js'
import type { TimelineSink } from './timeline.js'
import type { SpeechEngines } from './voices.js'

/** Limits of a session; all in ms unless named otherwise. */
export interface SessionLimits {
  readonly connectTimeoutMs: number
  readonly pingIntervalMs: number
  readonly sessionMs: number
  readonly frameBytes: number
}

/** What a session works with. All of it is injected. */
export interface SessionDependencies {
  readonly clock: Clock
  readonly engines: SpeechEngines
  readonly detector: VoiceDetector
  readonly dial: DialApp
  readonly fetchMedia: FetchMedia
  readonly timeline: TimelineSink
  readonly limits: SessionLimits
  /** Signs the handshake when given. */
  readonly authToken?: string | undefined
}

export interface SessionOptions {
  readonly sessionId: string
  readonly settings: RelaySettings
  readonly call: CallFacts
  readonly leg: Leg
  /** Whether the call is answered already; otherwise `answered` is told later. */
  readonly answered: boolean
  readonly host: SessionHost
}

/** Who runs the session. */
export interface SessionHost {
  /** The app's socket is up: a ringing call may be answered. */
  ready(): void
  /** The session is over; nothing follows. */
  ended(result: SessionResult): void
}

/** Names of what a session heard and spoke with, as far as it came to that. */
export interface EnginesUsed {
  readonly stt?: string | undefined
  readonly tts?: string | undefined
  readonly voice?: string | undefined
  readonly model?: string | undefined
}

/** How a session ended. Plain data. */
export interface SessionResult {
  readonly sessionId: string
  readonly cause: EndCause
  /** What happened, in words. */
  readonly detail: string
  readonly handoffData?: string | undefined
  readonly engines?: EnginesUsed | undefined
  /** ms since the Unix epoch. */
  readonly startedAt: number
  readonly endedAt: number
}
