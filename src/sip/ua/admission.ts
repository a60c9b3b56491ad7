import type { Clock } from '../../base/clock.js'
import { AddressList, loopback } from '../address-list.js'
import { DigestAuthenticator } from '../digest/server.js'
import type { SipRequest } from '../message.js'
import type { SipPeer } from '../transport.js'
import type { UserAgentOptions } from './options.js'
import type { Refusal } from './refuse-request.js'

/** Who may speak to this end, and who may call it. */
export class Admission {
  private readonly allowed: AddressList | undefined
  private readonly digest: DigestAuthenticator | undefined
  private readonly trustLoopback: boolean
  private readonly isTrusted: (address: string) => boolean

  /** @throws RangeError naming an entry of `allow` that is neither an address nor a range */
  constructor(options: Pick<UserAgentOptions, 'allow' | 'auth' | 'trustLoopback' | 'trusts'>, clock: Clock) {
    const { allow, auth } = options
    this.allowed = allow && new AddressList(allow)
    this.digest =
      auth &&
      new DigestAuthenticator({
        realm: auth.realm,
        ...(auth.algorithms && { algorithms: auth.algorithms }),
        secretOf: (user) => (Object.hasOwn(auth.users, user) ? auth.users[user] : undefined),
        clock,
      })
    this.trustLoopback = options.trustLoopback
    this.isTrusted = options.trusts
  }

  /** 403 for a peer that is not on the list. */
  refuseAddress(peer: SipPeer): Refusal | undefined {
    if (!this.allowed || this.trusts(peer) || this.allowed.has(peer.address)) return undefined
    return { status: 403 }
  }

  /** 401 with a challenge for a caller that has not given a good password (RFC 3261 §22.2). */
  refuseCaller(request: SipRequest, peer: SipPeer): Refusal | undefined {
    if (!this.digest || this.trusts(peer)) return undefined
    const { result } = this.digest.verify(request)
    if (result === 'accepted') return undefined
    return { status: 401, headers: { 'WWW-Authenticate': this.digest.challenge(result === 'stale') } }
  }

  private trusts({ address }: SipPeer): boolean {
    return (this.trustLoopback && loopback.has(address)) || this.isTrusted(address)
  }
}
