import type { SipCallEnd } from './edge.js'

/** Name and password for a digest challenge (RFC 3261 §22, RFC 8760). */
export interface DigestCredentials {
  readonly username: string
  readonly password: string
}

/** Whom to call, and how. */
export interface OutgoingCallRequest {
  /** Request-URI and To: a sip: or sips: URI. */
  readonly target: string
  /** From, as the callee sees it. */
  readonly from: { readonly displayName: string; readonly uri: string }
  /**
   * Next hops as sip: or sips: URIs, tried in order until one answers with anything but a failure of its own (RFC 3263
   * §4.3: 503, a time-out, a transport error). Empty: where `target` points.
   */
  readonly hops: readonly string[]
  /** For 401 and 407; without them a challenge ends the call. */
  readonly credentials?: DigestCredentials | undefined
  /** More header lines of the INVITE. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** SDP offer. */
  readonly offer: string
  /** ms the callee has to answer; then the call is cancelled and ends with `no-answer`. */
  readonly answerTimeoutMs: number
}

/** What either side of a call can do once there is a dialog. All methods are safe after the end: they do nothing. */
export interface SipCall {
  /** Unique in this process. */
  readonly id: string
  /** SIP Call-ID. */
  readonly callId: string
  /** BYE; before the answer CANCEL (our call) or a refusal with 480 (a call to us). @param headers of the BYE */
  hangup(headers?: ReadonlyArray<readonly [name: string, value: string]>): void
  /** Re-INVITE with a new offer. Resolves with the peer's answer. */
  reoffer(sdp: string): Promise<string>
  /**
   * REFER: asks the peer to call `target` (RFC 3515). Resolves when the transfer's outcome is known.
   * @param target a sip: or sips: URI, or a number in a tel: URI
   */
  refer(
    target: string,
    headers?: ReadonlyArray<readonly [name: string, value: string]>,
  ): Promise<ReferOutcome>
}

/** What became of a REFER of ours. */
export interface ReferOutcome {
  /** Status of the response to the REFER itself; 408 when none came. */
  readonly status: number
  /** Last status told by NOTIFY (`message/sipfrag`); undefined when the peer told none. */
  readonly notified: number | undefined
}

/** A call that this end makes. */
export interface OutgoingCall extends SipCall {
  readonly direction: 'outgoing'
}

/** A REFER from the peer: it wants this end to call somebody else (RFC 3515). */
export interface IncomingRefer {
  /** URI of Refer-To, with its headers (Replaces) in it. */
  readonly target: string
  /** Referred-By, '' when absent. */
  readonly referredBy: string
  /** 202; `progress` tells the peer how the new call goes on: a SIP status each time, a final one last. */
  accept(): { progress(status: number): void }
  reject(status: number): void
}

/** What happens on any call. */
export interface SipCallListener {
  /**
   * Re-INVITE or UPDATE with an offer (hold, resume, new address or codec). Return the answer, or a status. A re-INVITE
   * without an offer gets the last description again, every hold ended; the peer's answer to it comes here too, and
   * what is returned then is not sent.
   */
  offered(sdp: string): string | { readonly status: number; readonly reason: string }
  /** INFO with `application/dtmf-relay` or `application/dtmf`. */
  digit(digit: string, durationMs: number): void
  /** REFER; absent: it is answered with 405. */
  referred?(refer: IncomingRefer): void
  /** The call is over; nothing follows. */
  ended(end: SipCallEnd): void
}

/** What happens on a call that this end makes. */
export interface OutgoingCallListener extends SipCallListener {
  /**
   * A provisional response above 100. Those of a forked call may come from several branches.
   * @param sdp the answer of early media, where it carries one
   */
  progress(status: number, sdp: string | undefined): void
  /** 2xx; the ACK is sent. `sdp` is the answer. Another branch that answers later is hung up. */
  answered(sdp: string): void
}
