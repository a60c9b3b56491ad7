import type { CallEnding } from '../../calls/index.js'

/** Form fields, as the platform tells them. */
export type Fields = Readonly<Record<string, string>>

/** What came of verbs that a call was given. */
export type Performed =
  /** They are over. `fields`: what an action URL of the flow was told; undefined where none was asked for. */
  | { readonly kind: 'done'; readonly fields: Fields | undefined }
  /** The call is over, or was before. `fields`: what an action URL was told all the same. */
  | { readonly kind: 'over'; readonly fields: Fields }
  /** A document that they led to could not be had. */
  | { readonly kind: 'failed' }
  /** Others gave the call other instructions. */
  | { readonly kind: 'replaced' }
  /** The signal stopped them. */
  | { readonly kind: 'stopped' }

/** The call a flow runs on. */
export interface FlowCall {
  readonly sid: string
  readonly accountSid: string
  readonly over: boolean
  /** What requests tell of it. */
  fields(): Fields
  /** URL of the flow, for actions of verbs. */
  readonly actionUrl: string
  /** Gives it a document's verbs, and waits until they are over; it stays up afterwards. Never rejects. */
  perform(document: string, signal: AbortSignal): Promise<Performed>
  hangup(reason: string): void
}

/** A call that a flow makes. Times are ms. */
export interface PlacedCallWish {
  readonly to: string
  readonly from: string
  readonly answerTimeoutMs: number
  readonly flowSid: string
  /** For a trunk or a phone that asks. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined
}

/** How it is told who answered. Times are ms. */
export interface DetectionWish {
  /** `DetectMessageEnd` waits for the end of a machine's greeting. */
  readonly mode: 'Enable' | 'DetectMessageEnd'
  readonly timeoutMs: number
  readonly speechThresholdMs: number
  readonly speechEndThresholdMs: number
  readonly silenceTimeoutMs: number
}

/** What came of it. */
export interface PlacedCall {
  readonly outcome: 'answered' | CallEnding['status']
  readonly fields: Fields
  /** With `answered`. */
  readonly call?: FlowCall
}

/** A request to somebody's server. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Form fields of the body, for the signature; empty where it has none. */
  readonly form: Fields
}

export interface HttpAnswer {
  readonly status: number
  /** As sent; '' where there was none. */
  readonly contentType: string
  readonly body: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
}

/** Recordings of calls that go on whatever the flow does. */
export interface CallRecorder {
  /** @returns the recording's fields, as the API knows it */
  start(call: FlowCall, wish: RecordingWish): Fields
  /** @returns whether there was one */
  stop(call: FlowCall): boolean
}

export interface RecordingWish {
  readonly channels: 1 | 2
  readonly trim: boolean
  readonly callback: RecordingCallback | undefined
}

export interface RecordingCallback {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly events: readonly ('in-progress' | 'completed' | 'absent')[]
}

/** What widgets reach of the world. */
export interface FlowWorld {
  /**
   * Calls somebody; resolves when that is answered, or is over.
   *
   * @throws ParleyError where it cannot even be tried
   */
  place(wish: PlacedCallWish, signal: AbortSignal): Promise<PlacedCall>
  /** @throws whatever keeps an answer from coming, the signal's reason among it */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  readonly recorder: CallRecorder
  /** Who answered a call: `AnsweredBy` and `MachineDetectionDuration`; nothing where it ended first. @throws the signal's reason */
  detect(call: FlowCall, wish: DetectionWish, signal: AbortSignal): Promise<Fields>
  /** Basic credentials of the account, for requests to the vendor's own API. */
  readonly credentials: string
}
