import type { CookieJar } from 'tough-cookie'
import type { Clock } from '../../base/clock.js'
import type { CallControl, CallService, RandomBytes, Recording } from '../../calls/index.js'
import type { TwimlDialect } from '../dialects/dialect.js'
import type { Problem } from '../document/problem.js'
import type { DocumentRequest, FetchDocument, FetchedDocument } from '../fetching/request.js'
import type { CallQueue } from '../rooms/call-queue.js'
import type { ConferenceRoom } from '../rooms/conference-room.js'
import type { Conferences } from '../rooms/conferences.js'
import type { Queues } from '../rooms/queues.js'
import type { Activities } from './activities.js'

/** What a platform's documents are run with. */
export interface TwimlOptions {
  readonly dialect: TwimlDialect
  readonly clock: Clock
  readonly random: RandomBytes
  readonly calls: CallService
  readonly fetch: FetchDocument
  /** Takes call-backs that nothing waits for. Never waits, never throws. */
  readonly notify: (callback: Callback) => void
  readonly recordings: RecordingShelf
  /** Hears what happens, for the call's log. */
  readonly observe: (call: CallControl, event: TwimlEvent) => void
  /** Aborts with the node: what is still asked for then is dropped. */
  readonly shutdown: AbortSignal
  /** Hears that a conference is there, has begun, is over. Never waits, never throws. */
  readonly keepConference?: ((room: ConferenceRoom) => void) | undefined
  /** Hears that a queue is there, or changed. Never waits, never throws. */
  readonly keepQueue?: ((queue: CallQueue) => void) | undefined
  /** Hears that a queue is deleted. Never waits, never throws. */
  readonly forgetQueue?: ((queue: CallQueue) => void) | undefined
  /** Writes down who answered a call. Never waits, never throws. */
  readonly keepAnsweredBy?: ((call: CallControl, answeredBy: string) => void) | undefined
  /** Takes the text of a recording. Never waits, never throws. */
  readonly keepText?: ((text: RecordedText) => void) | undefined
  /** Hosts beside this machine's own that an app's socket may be reached at by ws://. */
  readonly plainSocketHosts: readonly string[]
}

/** What verbs work with. */
export interface TwimlServices extends TwimlOptions {
  readonly conferences: Conferences
  readonly queues: Queues
}

/** A request to an app whose answer does not matter: a status, a partial result. */
export interface Callback {
  readonly call: CallControl
  /** For listings: `conference-start`, `transcription-content` … */
  readonly event: string
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly parameters: Readonly<Record<string, string>>
}

/** Where recordings are kept. */
export interface RecordingShelf {
  /** Makes room for one. */
  begin(call: CallControl, facts: RecordingFacts): ShelvedRecording
  /** It goes on. */
  runs?(running: RunningRecording): void
  /** It is over; `failed` when there is nothing in it. */
  ended(sid: string, result: RecordingResult): void
}

export interface RecordingFacts {
  /** What made it, in Twilio's words: `RecordVerb`, `DialVerb`, `StartCallRecordingTwiML` … */
  readonly source: string
  readonly channels: 1 | 2
  readonly track: 'inbound' | 'outbound' | 'both'
  /** SID of the conference that it is of. */
  readonly conferenceSid?: string | undefined
}

export interface RunningRecording {
  readonly sid: string
  readonly call: CallControl
  readonly recording: Pick<Recording, 'stop' | 'pause'>
  /** Resolves when it is on the shelf. */
  readonly ended: Promise<unknown>
}

export interface ShelvedRecording {
  /** `RE` and 32 hex digits. */
  readonly sid: string
  /** File to write. */
  readonly path: string
  readonly format: 'wav' | 'mp3'
  /** Where apps fetch it, without extension. */
  readonly url: string
}

/** What was said in a recording. */
export interface RecordedText {
  /** `TR` and 32 hex digits. */
  readonly sid: string
  readonly recordingSid: string
  readonly text: string
  readonly status: 'completed' | 'failed'
  /** Of the recording. */
  readonly durationMs: number
}

export interface RecordingResult {
  readonly durationMs: number
  readonly bytes: number
  readonly failed: boolean
}

/** What happens while documents run. */
export type TwimlEvent =
  /** A document was asked for, and came or did not. */
  | ({ readonly type: 'request' } & Exchange)
  /** `exchange`: the request whose document it is about; none for instructions given inline. */
  | { readonly type: 'problem'; readonly problem: Problem; readonly exchange: Exchange | undefined }
  | { readonly type: 'verb'; readonly name: string; readonly line: number }

export interface Exchange {
  readonly request: DocumentRequest
  /** What the app answered, a document or an error; undefined when no answer came. */
  readonly document: FetchedDocument | undefined
  /** ms since the Unix epoch. */
  readonly startedAt: number
  readonly durationMs: number
}

/** What is kept for a call from its first document to its end. */
export interface CallMemory {
  readonly cookies: CookieJar
  readonly activities: Activities
  /** Asked when a document cannot be had. */
  readonly fallback: Pick<DocumentRequest, 'url' | 'method'> | undefined
  /** Fields of the platform's own that every request carries: `ApplicationSid` … */
  readonly parameters: Readonly<Record<string, string>>
}
