/** How a call stands, in Twilio's words. */
export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'canceled'
  | 'failed'

/** One telephone call. Times are ms since the Unix epoch; null means not (yet). */
export interface CallRecord {
  /** `CA` and 32 hex digits; unique. */
  readonly callSid: string
  /** Telnyx's three identifiers. */
  readonly callControlId: string
  readonly callSessionId: string
  readonly callLegId: string
  /** SID of the call that this one was made for. */
  readonly parentCallSid: string | null
  readonly direction: 'inbound' | 'outbound'
  readonly from: string
  readonly to: string
  /** User part of the number or address that was dialled. */
  readonly dialled: string
  readonly callerName: string
  readonly status: CallStatus
  readonly startedAt: number
  /** When the callee's phone began to ring; null on a call that came in. */
  readonly ringingAt: number | null
  readonly answeredAt: number | null
  readonly endedAt: number | null
  /** Who answered, where that was to be found out, in Twilio's words: `human`, `machine_start` … */
  readonly answeredBy: string | null
  /** Who ended it: `caller`, `callee`, `relay` or `network`. */
  readonly endBy: string | null
  readonly endReason: string | null
  /** Why, in one word: `normal`, `busy`, `no-answer` … */
  readonly endCause: string | null
  /** Final status of SIP, where there was one. */
  readonly sipStatus: number | null
  /** SIP Call-ID; '' where the call came another way. */
  readonly sipCallId: string
  /** What decided about the call: the route's `to`, a TwiML URL … */
  readonly route: string
  readonly codec: string | null
  readonly recordingPath: string | null
  /** Media statistics at the end: loss, jitter, MOS. */
  readonly quality: Readonly<Record<string, unknown>> | null
  /** What went wrong, each kind once; null where nothing did. */
  readonly problems: readonly CallProblem[] | null
}

/** Something that went wrong in a call. */
export interface CallProblem {
  readonly severity: 'error' | 'warning'
  /** Code of the error table, or one of `src/console/problems.ts`. */
  readonly code: string
  /** How often it happened. */
  readonly count: number
  /** What was said of it when it happened first. */
  readonly detail: string
}

/** What is known when a call begins; the rest is null until told. */
export type NewCall = Pick<
  CallRecord,
  | 'callSid'
  | 'callControlId'
  | 'callSessionId'
  | 'callLegId'
  | 'direction'
  | 'from'
  | 'to'
  | 'dialled'
  | 'startedAt'
> &
  Partial<CallRecord>

/** Changes to a call while it lives. */
export type CallChanges = Partial<Omit<CallRecord, 'callSid'>>

/** How a call ended. */
export type CallEnd = Pick<CallRecord, 'status' | 'endedAt' | 'endBy' | 'endReason'> & CallChanges

export type SessionStatus = 'active' | 'completed' | 'ended' | 'failed'

/** One ConversationRelay session of a call. Times are ms since the Unix epoch. */
export interface SessionRecord {
  readonly sessionId: string
  readonly callSid: string
  readonly dialect: string
  /** The app's WebSocket. */
  readonly url: string
  readonly startedAt: number
  readonly endedAt: number | null
  readonly status: SessionStatus
  /** Twilio's error number, where the session failed with one. */
  readonly errorCode: number | null
  readonly errorMessage: string | null
  readonly handoffData: string | null
  /** The settings the session ran with. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** What is known when a session begins. */
export type NewSession = Pick<
  SessionRecord,
  'sessionId' | 'callSid' | 'dialect' | 'url' | 'startedAt' | 'settings'
>

/** How a session ended. */
export interface SessionEnd {
  readonly status: Exclude<SessionStatus, 'active'>
  readonly endedAt: number
  readonly errorCode?: number | null
  readonly errorMessage?: string | null
  readonly handoffData?: string | null
}

/** Which calls to list; newest first. */
export interface CallFilter {
  /** At most this many: 1 to 1,000, 50 unless told. */
  readonly limit?: number
  /** SID of a call: list those that began before it (the next page after it). */
  readonly before?: string
  readonly status?: CallStatus | undefined
  /** Calls that are not over, or that are. */
  readonly live?: boolean | undefined
  readonly direction?: CallRecord['direction'] | undefined
  /** ms since the Unix epoch: at or after, and before. */
  readonly startedFrom?: number | undefined
  readonly startedBefore?: number | undefined
  /** Only calls in which something went wrong. */
  readonly troubled?: boolean | undefined
  /** Part of a number, an address, a caller's name or an identifier. */
  readonly search?: string
}
