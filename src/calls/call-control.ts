import type {
  Announcement,
  AnnouncementEnd,
  AnswerFinding,
  AnswerWish,
  ListenWish,
  RecordEnd,
  RecordWish,
  StreamEnd,
  StreamWish,
} from '../media/index.js'
import type { CallFacts, RelaySettings } from '../protocol/index.js'
import type { RtpStats } from '../rtp/index.js'
import type { EndCause, SessionResult } from '../session/index.js'
import type { IncomingRefer, ReferOutcome } from '../sip/index.js'
import type { CallIdentity } from './identity.js'

/**
 * One leg of a call in the hands of whoever drives it: a static route, Telnyx commands, a TwiML document, a Studio flow.
 * Both platforms count legs as calls of their own; two that talk to each other are bridged. Everything is safe after the
 * end: it does nothing, and what waits for an outcome gets `leg-closed`.
 */
export interface CallControl {
  readonly identity: CallIdentity
  readonly facts: CallFacts
  readonly direction: 'inbound' | 'outbound'
  /** User part of the address dialled. */
  readonly dialled: string
  /** Header lines of the INVITE that came in; empty for a call that goes out. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** Encoding names of the codecs that the caller offered, known here or not; empty for a call that goes out. */
  readonly offeredCodecs: readonly string[]
  readonly state: CallState
  /** ms since the Unix epoch. */
  readonly startedAt: number
  readonly answeredAt: number | undefined
  readonly endedAt: number | undefined
  readonly ending: CallEnding | undefined
  /** Codec agreed on; undefined before. */
  readonly codec: string | undefined
  /** Whether audio can flow: false on a call with a late offer until it is answered. */
  readonly hasMedia: boolean
  /** The session that runs. */
  readonly session: string | undefined
  /** The call it is bridged with. */
  readonly partner: CallControl | undefined
  /** The conference it is in. */
  readonly conference: { readonly name: string; readonly options: ConferenceOptions } | undefined

  /** Hears of everything from now on, in the order of subscription. Returns what ends it. */
  observe(observer: CallObserver): () => void

  /** 180 Ringing to a caller. */
  ring(): void
  /**
   * 183 to a caller, with early media: it hears announcements, and whom it is bridged with, before the answer. Only rings
   * where the caller made no offer.
   */
  earlyMedia(): void
  /** @param options `codecs`: names, the one preferred first; counts while nothing is agreed on with early media */
  answer(headers?: HeaderLines, options?: { readonly codecs?: readonly string[] | undefined }): void
  /** Refuses an unanswered call to us; hangs up any other. @param reason for the records @param phrase in place of the status's own */
  reject(status: number, reason?: string, phrase?: string): void
  /** BYE, CANCEL or a refusal, as the state asks for. @param reason for the records */
  hangup(reason: string, headers?: HeaderLines): void
  /** Hangs up at that time from the answer on, in ms; replaces an earlier limit. */
  limit(ms: number): void

  /**
   * Starts a ConversationRelay session and returns its id.
   * @throws ParleyError `session_in_progress` while one runs, `call_over` after the end
   */
  startSession(settings: RelaySettings): string
  /** Ends the session; the call goes on. */
  endSession(cause: Extract<EndCause, 'stopped' | 'call-completed'>, detail: string): void

  announce(item: Announcement, id?: string): Playing
  /** Announces over whatever else the party hears, in a queue of its own. */
  announceOver(item: Announcement): Playing
  /** Stops and forgets every announcement. */
  stopAnnouncing(): void
  /** The party is heard to say this by everybody whom it talks with, beside what it says itself. */
  speakAsParty(item: Announcement, id?: string): Playing
  /** Stops and forgets all of that. */
  stopSpeakingAsParty(): void
  listen(wish: ListenWish, listener: ListenListener): Recognition
  /** Tells who answered, from now on; to be asked when the call is answered. */
  watchAnswer(wish: AnswerWish, found: (finding: AnswerFinding) => void): Stoppable
  /** Tells when the party begins and ceases to speak, from now on. */
  watchVoice(heard: (on: boolean) => void): Stoppable
  record(wish: RecordWish, id?: string): Recording
  stream(wish: StreamWish, id?: string): Streaming

  /**
   * Joins two answered calls (or an answered one with early media). Both leave what they were in. The bridge ends with
   * either call, with `unbridge`, or when either is joined to something else. Does nothing when either is over.
   */
  bridge(other: CallControl, options?: BridgeOptions): void
  unbridge(): void
  joinConference(name: string, options: ConferenceOptions): void
  setConference(changes: Partial<ConferenceOptions>): void
  leaveConference(): void
  /** Bounds the delay of what the party says, in ms, within the node's own bounds, which hold without `maxMs`. */
  limitDelay(maxMs?: number): void
  /** Asks the party to call somebody else. */
  refer(target: string, headers?: HeaderLines): Promise<ReferOutcome>
}

export type HeaderLines = ReadonlyArray<readonly [name: string, value: string]>

/** `ringing`: not answered, whichever way it goes. */
export type CallState = 'ringing' | 'answered' | 'ended'

/** How a call came to its end. */
export interface CallEnding {
  /** Twilio's final statuses. */
  readonly status: 'completed' | 'busy' | 'no-answer' | 'canceled' | 'failed'
  /** `caller` and `callee` are the party, by the call's direction; `relay` is a command or a driver. */
  readonly by: 'caller' | 'callee' | 'relay' | 'network'
  readonly cause: CallEndCause
  /** In words, for people. */
  readonly reason: string
  /** Final SIP status, where there was one. */
  readonly sipStatus: number | undefined
  readonly quality: RtpStats | undefined
}

/** Why, in neutral words; each platform has a table from these to its own. */
export type CallEndCause =
  | 'normal'
  | 'canceled'
  | 'rejected'
  | 'busy'
  | 'no-answer'
  | 'not-found'
  | 'time-limit'
  | 'media-timeout'
  | 'unreachable'
  | 'failed'

/** What happens on a call. */
export interface CallObserver {
  /** The callee's phone rings (180 or 183). `early`: with early media. */
  ringing?(early: boolean): void
  /** Media flows both ways. */
  answered?(): void
  /** A key of the party. */
  digit?(digit: string): void
  /** The party put us on hold, or took us back. */
  held?(on: boolean): void
  /** The session's app is connected. */
  sessionReady?(session: string): void
  /** A session is over; also when the call's end ended it, before `ended`. */
  sessionEnded?(result: SessionResult): void
  bridged?(other: CallControl): void
  /** A bridge ended; `cause` tells whether the other call ended or somebody asked. Not told when this call itself ended. */
  unbridged?(other: CallControl, cause: 'other-ended' | 'asked'): void
  /** The party asks us to call somebody else. Whoever takes it answers it; refused with 603 when nobody does. */
  referred?(refer: IncomingRefer): boolean
  /** The call is over and its media closed; nothing follows. */
  ended?(ending: CallEnding): void
}

export interface Stoppable {
  readonly id: string
  stop(): void
}

/** An announcement on its way. */
export interface Playing extends Stoppable {
  /** Resolves at the first audible frame, or with the end when there was none. */
  readonly started: Promise<void>
  readonly ended: Promise<{
    readonly end: AnnouncementEnd
    readonly detail: string
    readonly code: string | undefined
  }>
}

/** Recognition on its way. */
export interface Recognition extends Stoppable {
  /** Resolves when nothing more is told: it was stopped, and settled where the wish says so, has failed, or the call is over. */
  readonly ended: Promise<void>
}

export interface ListenListener {
  heard(transcript: {
    readonly text: string
    readonly final: boolean
    readonly language: string
    readonly confidence: number | undefined
  }): void
  voice?(on: boolean): void
  failed?(detail: string): void
}

export interface Recording extends Stoppable {
  readonly started: Promise<void>
  readonly ended: Promise<{
    readonly end: RecordEnd
    readonly durationMs: number
    readonly bytes: number
    readonly detail: string
  }>
  /** @param silent silence is recorded meanwhile; otherwise nothing */
  pause(paused: boolean, silent?: boolean): void
}

export interface Streaming extends Stoppable {
  /** Resolves when the app's socket is up, or with the end when it never was. */
  readonly started: Promise<void>
  readonly ended: Promise<{ readonly end: StreamEnd; readonly detail: string }>
}

export interface BridgeOptions {
  /** Whose keys the other does not hear. */
  readonly muteDigits?: 'none' | 'self' | 'opposite' | 'both'
  /** What becomes of a call when the other one ends or is joined to something else; `hangup` unless told. */
  readonly afterwards?: { readonly self: 'hangup' | 'park'; readonly other: 'hangup' | 'park' }
}

export interface ConferenceOptions {
  readonly muted: boolean
  readonly held: boolean
  /** SID of the call that alone hears this one. */
  readonly coaches: string | null
}
