/** Header lines to be added to a message. */
export type HeaderLines = ReadonlyArray<readonly [name: string, value: string]>

/** What either side of a call can do. All methods are safe after the end: they do nothing. */
export interface SipCall {
  /** Unique in this process. */
  readonly id: string
  /** SIP Call-ID. */
  readonly callId: string
  /** BYE; before the answer CANCEL (our call) or a refusal with 480 (a call to us). @param headers of that message */
  hangup(headers?: HeaderLines): void
  /** Re-INVITE with a new offer. Resolves with the peer's answer. */
  reoffer(sdp: string): Promise<string>
  /**
   * REFER: asks the peer to call `target` (RFC 3515). Resolves when the transfer's outcome is known.
   * @param target a sip: or sips: URI, or a number in a tel: URI
   */
  refer(target: string, headers?: HeaderLines): Promise<ReferOutcome>
}

/** What became of a REFER of ours. */
export interface ReferOutcome {
  /** Status of the response to the REFER itself; 408 when none came. */
  readonly status: number
  /** Last status told by NOTIFY (`message/sipfrag`); undefined when the peer told none. */
  readonly notified: number | undefined
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
  /** REFER; absent: it is declined (603). */
  referred?(refer: IncomingRefer): void
  /** The call is over; nothing follows. */
  ended(end: SipCallEnd): void
}

/** Who ended a call, and how. `peer` is whoever is at the other end: the caller of a call to us, the callee of ours. */
export interface SipCallEnd {
  readonly by: 'peer' | 'relay' | 'network'
  /**
   * `canceled`: given up by the side that called, before the answer. `refused`: by the side that was called.
   * `no-answer`: nobody answered our call in time. `no-ack`: our 200 was never acknowledged. `transport`: the peer is
   * out of reach, or no longer knows the call.
   */
  readonly reason: 'bye' | 'canceled' | 'refused' | 'no-answer' | 'no-ack' | 'session-expired' | 'transport'
  /** Final status of the INVITE, where the call ended with one. */
  readonly status?: number | undefined
  /** SIP status or Q.850 text, for the record. */
  readonly detail: string
}
