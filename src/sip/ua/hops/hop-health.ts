import type { Clock } from '../../../base/clock.js'
import type { SipPeer } from '../../transport.js'
import { describePeer } from '../context.js'

/** ms for which a hop that did not answer is tried after all others. */
const restMs = 30_000
/** Longest Retry-After that is heeded, in ms. */
const longestMs = 300_000
const maxEntries = 1_000

/** Remembers which next hops have just failed, so that not every call waits for a dead one first (RFC 3263 §4.3). */
export class HopHealth {
  /** ms since the Unix epoch, by hop; the oldest entry first. */
  private readonly downUntil = new Map<string, number>()

  constructor(private readonly clock: Clock) {}

  isDown(peer: SipPeer): boolean {
    const until = this.downUntil.get(describePeer(peer))
    return until !== undefined && until > this.clock.now()
  }

  /** @param ms how long it asked to be left alone (Retry-After) */
  failed(peer: SipPeer, ms = restMs): void {
    const key = describePeer(peer)
    this.downUntil.delete(key)
    this.downUntil.set(key, this.clock.now() + Math.min(ms, longestMs))
    if (this.downUntil.size > maxEntries) this.downUntil.delete(this.downUntil.keys().next().value!)
  }

  works(peer: SipPeer): void {
    this.downUntil.delete(describePeer(peer))
  }
}
