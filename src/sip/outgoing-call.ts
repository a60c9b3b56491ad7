import type { HeaderLines, SipCall, SipCallListener } from './call.js'

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
   * §4.3: 503, a time-out, a transport error). One with `lr` is an outbound proxy: it stands in the route, also of
   * redirected calls. Empty: where `target` points.
   */
  readonly hops: readonly string[]
  /** For 401 and 407; without them a challenge ends the call. */
  readonly credentials?: DigestCredentials | undefined
  /** More header lines of the INVITE. */
  readonly headers: HeaderLines
  /** SDP offer. */
  readonly offer: string
  /** Whether a redirection (3xx) to a URI may be followed; absent: all are. */
  readonly follows?: ((uri: string) => boolean) | undefined
  /** Whether there is another way: the last hop, too, is then given up when it says nothing for a while. */
  readonly hurries?: boolean | undefined
  /** ms the callee has to answer; then the call is cancelled and ends with `no-answer`. */
  readonly answerTimeoutMs: number
}

/** A call that this end makes. */
export interface OutgoingCall extends SipCall {
  readonly direction: 'outgoing'
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
