import type { DigestAlgorithm } from '../digest/hash.js'
import type { DigestCredentials } from '../outgoing-call.js'
import { defaultTimers, type TimerValues } from '../timers.js'
import type { SipPeer } from '../transport.js'
import type { ContactPolicy } from './next-hop.js'

/** Session timers (RFC 4028), in seconds. */
export interface SessionTimerOptions {
  /** Longest time without a refresh; a dead call lasts no longer. */
  readonly intervalSeconds: number
  /** Shortest interval taken from a peer; RFC 4028 §5 forbids less than 90. */
  readonly minSeconds: number
}

/** Digest authentication of callers (RFC 3261 §22). */
export interface CallerAuth {
  readonly realm: string
  /** User name to password. */
  readonly users: Readonly<Record<string, string>>
  /** Offered in this order; see `DigestOptions`. */
  readonly algorithms?: readonly DigestAlgorithm[]
}

/** What the user agent does where RFC 3261 leaves the choice. Times in ms unless the name says otherwise. */
export interface UserAgentOptions {
  /** Written into Server and User-Agent. */
  readonly userAgent: string
  readonly timers: TimerValues
  /** Calls at once; further ones get 503. */
  readonly maxDialogs: number
  /** Retry-After of a 503. */
  readonly retryAfterSeconds: number
  /** false: calls are never timed. */
  readonly sessionTimers: SessionTimerOptions | false
  readonly contactPolicy: ContactPolicy
  /** Addresses and CIDR ranges that may call; undefined: all. */
  readonly allow: readonly string[] | undefined
  /** undefined: callers need no password. */
  readonly auth: CallerAuth | undefined
  /** What answers challenges to requests of ours in calls that came in from `peer`; undefined: nothing. */
  readonly credentials: (realm: string, peer: SipPeer) => DigestCredentials | undefined
  /** Peers on loopback need neither an entry in `allow` nor a password. */
  readonly trustLoopback: boolean
  /** Other peers, by address, that need neither: the trunks. */
  readonly trusts: (address: string) => boolean
  /** Headers that may say who diverted a call, the most trusted first. */
  readonly diversionHeaders: readonly string[]
}

export const defaultUserAgentOptions: UserAgentOptions = {
  userAgent: 'Parley',
  timers: defaultTimers,
  maxDialogs: 500,
  retryAfterSeconds: 10,
  sessionTimers: { intervalSeconds: 1800, minSeconds: 90 },
  contactPolicy: 'auto',
  allow: undefined,
  auth: undefined,
  credentials: () => undefined,
  trustLoopback: true,
  trusts: () => false,
  diversionHeaders: ['Diversion', 'History-Info'],
}
