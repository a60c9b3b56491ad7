/**
 * What the relay tells the app, whichever dialect then words it. A dialect drops what its platform has no frame for.
 */
export type RelayEvent = SetupEvent | PromptEvent | DtmfEvent | InterruptEvent | ErrorEvent | InfoEvent

/** First frame of a session: who calls whom. */
export interface SetupEvent {
  readonly type: 'setup'
  /** `VX…` for Twilio, a UUID for Telnyx. */
  readonly sessionId: string
  readonly call: CallFacts
  /** `ringing` while the call has not been answered. */
  readonly status: 'ringing' | 'answered'
  readonly parameters: Readonly<Record<string, string>>
}

/** What both platforms tell about a call. Each dialect takes the identifiers it knows. */
export interface CallFacts {
  readonly accountSid: string
  /** Telnyx's account id, a UUID. */
  readonly accountId: string
  readonly callSid: string
  readonly parentCallSid: string
  readonly callControlId: string
  readonly callSessionId: string
  readonly callLegId: string
  readonly from: string
  readonly to: string
  readonly forwardedFrom: string
  readonly callerName: string
  readonly direction: 'inbound' | 'outbound'
  /** Kind of the other party's line. */
  readonly callType: 'PSTN' | 'SIP' | 'CLIENT'
}

/** The caller's words: cumulative within one utterance; `last` marks the final transcript. */
export interface PromptEvent {
  readonly type: 'prompt'
  readonly text: string
  readonly language: string
  readonly last: boolean
}

export interface DtmfEvent {
  readonly type: 'dtmf'
  readonly digit: string
}

/** Speech was cut: what had been heard of the current chunk. */
export interface InterruptEvent {
  readonly type: 'interrupt'
  readonly heardText: string
  readonly heardMs: number
}

/** `raw` is the offending frame's text, where a frame of the app's was the cause. */
export interface ErrorEvent {
  readonly type: 'error'
  readonly problem: string
  readonly twilio?: number
  readonly raw?: string
}

export type InfoEvent =
  | { readonly type: 'info'; readonly name: 'agentSpeaking' | 'clientSpeaking'; readonly value: 'on' | 'off' }
  | { readonly type: 'info'; readonly name: 'tokensPlayed' | 'roundTripDelayMs'; readonly value: string }
