import type { Timer } from '../../../base/clock.js'
import { messageOf } from '../../../base/errors.js'
import type { HeaderFields } from '../../build.js'
import { type DigestAuthorizer, mostChallenges } from '../../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../../message.js'
import type { OutgoingCallRequest } from '../../outgoing-call.js'
import type { ClientTransaction } from '../../transaction.js'
import type { SipPeer } from '../../transport.js'
import { describePeer, type UserAgentContext } from '../context.js'
import { type Hop, type HopFinder, HopWalk, hopPatienceMs, isLooseRoute } from '../hops/hop-walk.js'
import { retryAfterMs } from '../hops/retry-after.js'
import type { InviteWriter } from './invite-writer.js'
import { Targets } from './targets.js'

/** What comes back of an INVITE, wherever it was sent. */
export interface InviteAttemptsListener {
  /** A provisional response above 100. */
  provisional(response: SipResponse, invite: SipRequest, peer: SipPeer): void
  /** Every 2xx: of several branches, repeated ones, and those of hops that had been given up. */
  success(response: SipResponse, invite: SipRequest, peer: SipPeer): void
  /** Nothing is left to be tried. `response` is the last final one; undefined when nobody answered at all. */
  failed(response: SipResponse | undefined, detail: string): void
}

export interface InviteAttemptsOptions {
  readonly request: OutgoingCallRequest
  readonly writer: InviteWriter
  readonly authorizer: DigestAuthorizer
  readonly finder: HopFinder
}

/** INVITEs that one hop may need: each challenge, and two for longer session intervals. */
const mostPerHop = mostChallenges + 2

/** One INVITE at a hop. */
interface Attempt {
  readonly invite: SipRequest
  readonly hop: Hop
  /** INVITEs sent to this hop, this one included. */
  readonly count: number
  transaction: ClientTransaction | undefined
  patience: Timer | undefined
}

/**
 * Sends an INVITE until somebody answers: from hop to hop while they fail (RFC 3263 §4.3), to where it is redirected
 * (RFC 3261 §8.1.3.4), again with an answer to a challenge, again with a longer session interval (RFC 4028 §7.3).
 */
export class InviteAttempts {
  private readonly targets: Targets
  private target = ''
  private walk: HopWalk | undefined
  /** The one that counts; others have been given up, and are cancelled should they be heard of. */
  private current: Attempt | undefined
  private last: SipResponse | undefined
  private detail = ''
  private done = false

  constructor(
    private readonly context: UserAgentContext,
    private readonly options: InviteAttemptsOptions,
    private readonly listener: InviteAttemptsListener,
  ) {
    const { target, follows = () => true } = options.request
    this.targets = new Targets(target, follows)
  }

  start(): void {
    this.nextTarget()
  }

  /**
   * Nobody waits any more: cancels what is under way. `success` may still come; `failed` comes in any case.
   * @param headers of the CANCEL
   */
  cancel(headers: HeaderFields): void {
    this.done = true
    this.current?.patience?.cancel()
    if (this.current) this.current.transaction?.cancel(headers)
    else this.listener.failed(undefined, 'Cancelled before anything was sent')
  }

  /** Somebody answered: nothing else is tried, and what is under way elsewhere is cancelled. */
  settle(): void {
    this.done = true
    this.drop()?.transaction?.cancel()
  }

  /** Whether no INVITE of the call is under way or to come. */
  get finished(): boolean {
    return this.done && !this.current
  }

  private nextTarget(): void {
    const target = this.targets.next()
    if (target === undefined) return this.fail()
    const { hops } = this.options.request
    // A trunk's addresses are for the number dialled; a proxy (`lr`) is for whatever is called.
    const direct = this.walk !== undefined && !hops.some(isLooseRoute)
    this.target = target
    this.walk = new HopWalk(this.options.finder, direct || hops.length === 0 ? [target] : hops)
    this.nextHop(this.walk)
  }

  private nextHop(walk: HopWalk): void {
    walk
      .next()
      .then((hop) => {
        if (this.done) return
        if (hop) return this.send(hop, 1)
        this.detail ||= walk.detail
        this.nextTarget()
      })
      .catch((error) => {
        this.context.log.error({ err: error, code: 'internal_error' }, `Calling failed: ${messageOf(error)}`)
        this.detail = messageOf(error)
        this.fail()
      })
  }

  private send(hop: Hop, count: number): void {
    const { writer, authorizer } = this.options
    const invite = writer.write(this.target, hop)
    authorizer.authorize(invite)
    const attempt: Attempt = { invite, hop, count, transaction: undefined, patience: undefined }
    this.current = attempt
    if (this.walk?.more || this.targets.more || this.options.request.hurries) {
      attempt.patience = this.context.clock.after(hopPatienceMs, () => this.giveUp(attempt, 'No response'))
    }
    attempt.transaction = this.context.transactions.send(invite, hop.peer, {
      response: (response, source) => this.response(attempt, response, source),
      failed: (reason) => this.giveUp(attempt, reason === 'timeout' ? 'No response' : 'The transport failed'),
    })
  }

  private response(attempt: Attempt, response: SipResponse, source: SipPeer): void {
    attempt.patience?.cancel()
    const { status } = response
    if (status !== 503) this.options.finder.health.works(attempt.hop.peer)
    if (status >= 200 && status < 300) {
      if (this.current === attempt) {
        this.drop()
        this.done = true
      }
      this.listener.success(response, attempt.invite, source)
    } else if (this.current !== attempt) return
    else if (status >= 300) this.refused(attempt, response)
    else if (status > 100 && !this.done) this.listener.provisional(response, attempt.invite, source)
  }

  private refused(attempt: Attempt, response: SipResponse): void {
    const { status, headers } = response
    this.drop()
    this.last = response
    this.detail = `${status} ${response.reason}`
    if (this.done) return this.listener.failed(response, this.detail)
    if (this.isWorthRepeating(attempt, response)) return this.send(attempt.hop, attempt.count + 1)
    if (status === 503) {
      const restMs = retryAfterMs(headers)
      if (restMs !== undefined) this.options.finder.health.failed(attempt.hop.peer, restMs)
      this.nextHop(this.walk!)
    } else if (status >= 600) this.fail()
    else {
      // Where a redirection leads nowhere, that is what happened, not the redirection.
      if (this.targets.redirect(response)) {
        this.last = undefined
        this.detail = ''
      }
      this.nextTarget()
    }
  }

  private isWorthRepeating({ count, invite }: Attempt, response: SipResponse): boolean {
    const { authorizer, writer } = this.options
    if (count >= mostPerHop) return false
    return authorizer.challenged(response, invite) || (response.status === 422 && writer.lengthen(response))
  }

  /** A hop that fails is given up for the next. */
  private giveUp(attempt: Attempt, why: string): void {
    if (this.current !== attempt) return
    this.drop()
    attempt.transaction?.cancel()
    const { peer } = attempt.hop
    this.detail = `${describePeer(peer)}: ${why}`
    if (this.done) return this.listener.failed(undefined, this.detail)
    this.options.finder.health.failed(peer)
    this.nextHop(this.walk!)
  }

  private drop(): Attempt | undefined {
    const { current } = this
    current?.patience?.cancel()
    this.current = undefined
    return current
  }

  private fail(): void {
    if (this.done) return
    this.done = true
    this.listener.failed(this.last, this.detail)
  }
}
