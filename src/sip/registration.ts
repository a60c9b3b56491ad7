import type { DigestCredentials } from './outgoing-call.js'

/** Where this end registers, and as whom (RFC 3261 §10). */
export interface RegistrationRequest {
  /** Request-URI: the registrar's domain, `sip:carrier.example`. */
  readonly registrar: string
  /** Address of record, in To and From. */
  readonly addressOfRecord: string
  /** Next hops, tried in order; empty: where `registrar` points. */
  readonly hops: readonly string[]
  readonly credentials?: DigestCredentials | undefined
  /** Seconds asked for; the registrar may grant others. */
  readonly expiresSeconds: number
}

/** How a registration stands. Times in ms since the Unix epoch. */
export type RegistrationState =
  | { readonly state: 'registering' }
  | { readonly state: 'registered'; readonly expiresAt: number }
  | { readonly state: 'failed'; readonly detail: string; readonly retryAt: number }
  | { readonly state: 'closed' }

/** A registration that is kept alive until it is closed. */
export interface Registration {
  readonly current: RegistrationState
  /** Takes the binding back. Resolves when the registrar has said so, or does not answer. */
  close(): Promise<void>
}
