import type { SipPeer } from '../transport.js'

/** Where a phone can be called, as it said itself (RFC 3261 §10). */
export interface Binding {
  /** URI of its Contact: the Request-URI of a call to it. */
  readonly contact: string
  /** Where such a call goes to: the address it registered from, or its open connection, so that NATs let it through. */
  readonly hop: SipPeer
  /** Values of Route for such a call (RFC 3327 §5.3). */
  readonly path: readonly string[]
  /** 0 to 1: how gladly it is called there. */
  readonly q: number
  /** ms since the Unix epoch. */
  readonly expiresAt: number
  /** What it calls itself; '' when it does not say. */
  readonly userAgent: string
}

/** A binding with what is needed to tell a later REGISTER about it from an earlier one. */
export interface StoredBinding extends Binding {
  readonly callId: string
  readonly cseq: number
  /** `+sip.instance` and `reg-id` (RFC 5626): the device, whatever its address; '' when it does not say. */
  readonly device: string
}
