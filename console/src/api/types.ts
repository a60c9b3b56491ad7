import type { RtpStats } from '../../../src/rtp/stats.js'
import type { TimelineEvent } from '../../../src/session/timeline.js'
import type { CallRecord, SessionRecord } from '../../../src/store/records.js'

export type { TimelineEvent, TimelineEventName } from '../../../src/session/timeline.js'
export type { CallProblem, CallRecord, CallStatus, SessionRecord } from '../../../src/store/records.js'
export type { RtpStats }

/** What the relay answers, as its `src/console` has it. Times are ms since the Unix epoch. */
export interface CallList {
  readonly calls: readonly CallRecord[]
  readonly next: string | null
  readonly cursor: string
}

/** Something that is answered here. */
export interface Dialable {
  readonly to: string
  readonly name: string
}

export interface RecordingFacts {
  readonly sampleRate: number
  readonly durationMs: number
  readonly startedAt: number
  readonly bytes: number
}

export interface CallDetail {
  readonly call: CallRecord
  readonly sessions: readonly SessionRecord[]
  readonly recording: RecordingFacts | null
  readonly cursor: string
}

export interface EventPage {
  readonly events: readonly TimelineEvent[]
  readonly next: number | null
}

export interface SipMessage {
  readonly at: number
  readonly direction: 'in' | 'out'
  readonly peer: string
  readonly summary: string
  readonly text: string
}

export interface QualitySample {
  readonly at: number
  readonly quality: Partial<RtpStats>
}

export interface WebhookAttempt {
  readonly attempt: number
  readonly status: 'delivered' | 'failed'
  readonly startedAt: number
  readonly finishedAt: number
  readonly request: { readonly method: string; readonly url: string }
  readonly response: { readonly status: number; readonly body: string } | null
  readonly error: { readonly kind: string; readonly detail: string } | null
}

export interface Webhook {
  readonly id: string
  readonly event: string
  readonly format: string
  readonly payload: unknown
  readonly status: 'pending' | 'delivered' | 'failed'
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
  /** Newest first. */
  readonly attempts: readonly WebhookAttempt[]
}

export interface DocumentRequest {
  readonly id: string
  readonly at: number
  readonly method: string
  readonly url: string
  readonly parameters: Readonly<Record<string, string>>
  readonly response: {
    readonly status: number
    readonly contentType: string
    readonly body: string
    readonly durationMs: number
  } | null
}

export interface Notice {
  readonly id: string
  readonly at: number
  readonly level: 'error' | 'warning'
  readonly number: number
  readonly message: string
}

export interface Traces {
  readonly sip: readonly SipMessage[]
  readonly quality: readonly QualitySample[]
  readonly requests: readonly DocumentRequest[]
  readonly notices: readonly Notice[]
  readonly webhooks: readonly Webhook[]
}

/** Loudest samples, in hundredths of full scale. */
export interface Peaks {
  readonly perSecond: number
  readonly caller: readonly number[]
  readonly agent: readonly number[]
}

export interface MeasuredTurn {
  readonly sessionId: string
  readonly number: number
  readonly callSid: string
  readonly app: string
  readonly stt: string
  readonly tts: string
  readonly voice: string
  readonly language: string
  readonly text: string
  readonly at: number
  readonly transcriptMs: number | null
  readonly appMs: number | null
  readonly speechMs: number | null
  readonly totalMs: number | null
}

export interface TalkEntry {
  readonly id: number
  readonly at: number
  readonly kind: 'opened' | 'sent' | 'received' | 'failed' | 'closed'
  readonly text: string
  readonly problem?: string
}
