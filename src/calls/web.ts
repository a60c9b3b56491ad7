import type { OpenPeer } from '../webrtc/index.js'
import type { CallControl, HeaderLines } from './call-control.js'

/** How this node holds calls with browsers. */
export interface WebCallsOptions {
  readonly openPeer: OpenPeer
  /** ms that a call may be without a connection before it ends. */
  readonly lostAfterMs: number
}

/** A browser's call, in the hands of whoever speaks for the browser. Everything is safe after the end: it does nothing. */
export interface WebParty {
  readonly call: CallControl
  /**
   * Goes on over another peer connection.
   * @param offer of that one
   * @returns its answer
   * @throws ParleyError `web_offer_invalid`, `web_offer_unacceptable`, `call_over`
   */
  reconnect(offer: string): Promise<string>
  /** Whether this is the `a=ice-ufrag` of the last offer. */
  knows(iceUfrag: string): boolean
  /** Values of `a=candidate` that were not in the last offer. */
  addCandidates(candidates: readonly string[]): void
  /** Keys of the party that do not come as RFC 4733. */
  press(digits: string): void
  hangup(): void
}

/** A browser that calls. */
export interface WebCallRequest {
  readonly dialled: string
  /** Name that it calls as, without `client:`. */
  readonly from: string
  readonly headers: HeaderLines
  readonly offer: string
}

/** A call that has begun: its party, and what to answer the offer with. */
export interface WebCallBegun {
  readonly party: WebParty
  readonly answer: string
}

/** A call that rings in browsers. */
export interface WebInvitation {
  readonly call: CallControl
  readonly callerName: string
  /** Header lines that the caller's side gave. */
  readonly headers: HeaderLines
  /**
   * The first to accept has the call.
   * @throws ParleyError `web_offer_invalid`, `web_offer_unacceptable`; the call rings on then
   */
  accept(offer: string): Promise<WebCallBegun>
  /** Everybody has rejected it, or gone away. */
  refused(reason: 'rejected' | 'gone'): void
}

/** Why a call stops ringing in browsers. */
export type RingStop = 'canceled' | 'answered-elsewhere'

/** The browsers that can be called by a name. */
export interface ClientBook {
  has(name: string): boolean
  /** Rings everyone of this name. @returns what stops the ringing; undefined where there is nobody */
  ring(name: string, invitation: WebInvitation): ((why: RingStop) => void) | undefined
}
