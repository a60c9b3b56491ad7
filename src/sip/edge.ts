import type { HeaderLines, SipCall, SipCallListener } from './call.js'
import type { OutgoingCall, OutgoingCallListener, OutgoingCallRequest } from './outgoing-call.js'
import type { Registration, RegistrationRequest, RegistrationState } from './registration.js'
import type { SipPeer } from './transport.js'

/**
 * The door through which calls enter: Parley's own SIP core behind it, or whatever an operator puts in its place.
 * Works on whole SDP bodies; what they say is none of its business.
 */
export interface SipEdge {
  /** Binds the sockets. @throws ParleyError `sip_listen_failed` naming the address when one is taken */
  start(): Promise<void>
  /** Sends nothing new, answers 503 to new requests; calls in progress go on. */
  drain(): void
  /**
   * Calls somebody. What the network says is told to the listener, never before this returns.
   * @throws ParleyError `sip_message_invalid` when the target, the caller or a hop is no SIP URI, `node_shutting_down`
   *   once the edge is closed
   */
  call(request: OutgoingCallRequest, listener: OutgoingCallListener): OutgoingCall
  /**
   * Registers with somebody and stays so until it is closed; `close` of the edge takes it back too.
   * @param changed told of every new state
   * @throws ParleyError `sip_message_invalid` when the registrar, the address of record or a hop is no SIP URI
   */
  register(request: RegistrationRequest, changed: (state: RegistrationState) => void): Registration
  /** Id of the answered call that the value of a Replaces header names (RFC 3891); undefined for none of this edge. */
  callNamed(replaces: string): string | undefined
  /** Ends all dialogs (BYE or a final response) and closes the sockets. */
  close(): Promise<void>
}

/** Asked for every INVITE that opens a dialog. Returns who will hear of the call from then on. */
export type IncomingCallHandler = (call: IncomingCall) => IncomingCallListener

/** A caller waiting for an answer, then the call itself. */
export interface IncomingCall extends SipCall {
  /** User part of the Request-URI: the number dialled. */
  readonly dialled: string
  readonly from: PartyAddress
  readonly to: PartyAddress
  /** Number that diverted the call here (Diversion, History-Info), '' when none did. */
  readonly divertedFrom: string
  readonly peer: SipPeer
  /** The caller's offer; undefined when the INVITE had none and the answer must come with our own offer. */
  readonly offer: string | undefined
  /** Id of the call whose place this one takes (RFC 3891): that is to be hung up when this one is accepted. */
  readonly replaces?: string | undefined
  /** All header lines of the INVITE. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** 180 Ringing, sent reliably when the caller requires 100rel. */
  ring(): void
  /**
   * 183 with an answer: early media. `accept` has to give the same answer then. Only rings where `offer` is undefined,
   * since a provisional response could not carry ours to every caller.
   */
  progress(sdp: string): void
  /** 200 OK with an answer, or with an offer where `offer` is undefined. Retransmitted until the ACK. */
  accept(sdp: string, headers?: HeaderLines): void
  /** Final refusal before the answer. @param retryAfterSeconds adds Retry-After */
  reject(status: number, reason?: string, retryAfterSeconds?: number, headers?: HeaderLines): void
}

/** Display name and URI of a party. */
export interface PartyAddress {
  readonly displayName: string
  readonly uri: string
  /** User part of the URI. */
  readonly user: string
}

/** What happens on a call that came in. */
export interface IncomingCallListener extends SipCallListener {
  /** ACK received: the call is up. `answer` is the SDP of the ACK where the 200 carried our offer. */
  confirmed(answer: string | undefined): void
}
