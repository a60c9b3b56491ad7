import type {
  IncomingCall,
  IncomingCallListener,
  IncomingRefer,
  NegotiatedMedia,
  ReferOutcome,
  SdpCodecName,
} from '../../sip/index.js'
import type { Ending } from '../call/ending.js'
import type { CallLeg } from '../call/leg.js'
import type { CallControl, HeaderLines } from '../call-control.js'

/** A call's signalling: the way to its party. What is asked after the end does nothing. */
export interface Line {
  /** SIP Call-ID; '' before there is one. */
  readonly callId: string
  /** What was agreed on last. */
  readonly media: NegotiatedMedia | undefined
  /** Opens the leg, or ends the call. */
  begin(leg: LegWish): void
  /** The leg has its ports. */
  opened(ports: { readonly port: number; readonly rtcpPort: number }): void
  /** 180 to a caller. */
  ring(): void
  /** 183 with an answer, to a caller who made an offer. */
  earlyMedia(): void
  /** Answers a caller. @param codecs the one preferred first */
  answer(headers: HeaderLines, codecs?: readonly SdpCodecName[]): void
  /** Whether it is a caller's, not answered yet: it can be refused. */
  readonly refusable: boolean
  refuse(status: number, phrase: string | undefined): void
  hangup(headers: HeaderLines): void
  refer(target: string, headers: HeaderLines): Promise<ReferOutcome>
  /** Whether a call of the SIP edge is this line's. */
  carries(id: string): boolean
  /** Another call takes the place of the line's (RFC 3891). */
  takeOver(sip: IncomingCall): IncomingCallListener
}

/** What a leg is opened with beside its media. */
export interface LegWish {
  readonly recording?: string | undefined
  readonly near?: string | undefined
}

/** What a line tells its call. */
export interface LineHost {
  /** The call as others have it in hand. */
  readonly handle: CallControl
  readonly leg: CallLeg
  readonly direction: 'inbound' | 'outbound'
  readonly answeredAt: number | undefined
  /** Whether the call is over: nothing need be told any more. */
  readonly over: boolean
  /** The INVITE has left. @param trunk name of that it goes through, where it is not the first that was tried */
  placed(callId: string, trunk?: string): void
  /** The callee's phone rings. @param early with early media */
  ringing(early: boolean): void
  /** Media flows both ways. */
  answered(): void
  held(on: boolean): void
  referred(refer: IncomingRefer): void
  /** The line is dead, and knows it. */
  gone(ending: Ending): void
}

/** Address that media for a peer binds to, and the one that SDP names. */
export type MediaAddress = (peer: string) => { readonly bind: string; readonly advertise: string }
