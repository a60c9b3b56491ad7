import type { Clock } from '../../base/clock.js'
import type { Log } from '../../base/log.js'
import type { TransactionLayer } from '../transaction.js'
import type { SipPeer, SipTransport } from '../transport.js'
import type { UserAgentOptions } from './options.js'

/** What every part of the user agent works with. */
export interface UserAgentContext {
  readonly clock: Clock
  /** Random bytes; unpredictable outside of tests, since tags come from it. */
  readonly random: (bytes: number) => Buffer
  readonly log: Log
  readonly transport: SipTransport
  readonly transactions: TransactionLayer
  readonly options: UserAgentOptions
}

/** A fresh tag or identifier of 64 random bits, in hexadecimal (RFC 3261 §19.3 asks for 32). */
export function freshToken(context: Pick<UserAgentContext, 'random'>): string {
  return context.random(8).toString('hex')
}

/** A random whole number from 0 to `max`. */
export function randomUpTo(context: Pick<UserAgentContext, 'random'>, max: number): number {
  return context.random(4).readUInt32BE() % (max + 1)
}

/** For the log and the record. */
export function describePeer(peer: SipPeer): string {
  const host = peer.address.includes(':') ? `[${peer.address}]` : peer.address
  return `${peer.transport}:${host}:${peer.port}`
}
