import type { SipCallListener } from '../call.js'
import type { SipRequest } from '../message.js'
import type { ServerTransaction } from '../transaction.js'
import { sdpBody } from './body.js'
import type { UserAgentContext } from './context.js'
import { overlapping, type Reply } from './reply.js'
import { type SessionInterval, timerForRequest } from './session-timer.js'

/** What the peer's changes need from the call. */
export interface SessionChangesHost extends Pick<SipCallListener, 'offered'> {
  /** Whether the first INVITE has its 2xx. */
  readonly answered: boolean
  /** Whether the first INVITE was ours. */
  readonly caller: boolean
  /** Whether the first offer has its answer, in a 2xx or in a reliable provisional response that was acknowledged. */
  readonly negotiated: boolean
  readonly ended: boolean
  /** Whether an offer of ours waits for its answer. */
  readonly offering: boolean
  /** Our last description, as an offer. */
  reopened(): string
  answerInvite(
    transaction: ServerTransaction,
    sdp: string,
    interval: SessionInterval | undefined,
    acknowledged: (answer: string | undefined) => void,
  ): void
  answerUpdate(
    transaction: ServerTransaction,
    sdp: string | undefined,
    interval: SessionInterval | undefined,
  ): void
  answerPrack(transaction: ServerTransaction, sdp: string | undefined): void
  reply(transaction: ServerTransaction, status: number, reply?: Reply): void
}

/** The peer changes or refreshes the session: hold, resume, a new address or codec. */
export class SessionChanges {
  constructor(
    private readonly context: UserAgentContext,
    private readonly host: SessionChangesHost,
  ) {}

  /** Re-INVITE (RFC 3261 §14.2). */
  invite(request: SipRequest, transaction: ServerTransaction): void {
    const interval = this.intervalOf(request, transaction)
    if (interval === 'refused' || this.isEarly(transaction) || this.collides(transaction)) return
    const offer = sdpBody(request)
    if (offer.kind === 'sdp') {
      const sdp = this.answerTo(offer.sdp, transaction)
      if (sdp !== undefined) this.host.answerInvite(transaction, sdp, interval, () => {})
      return
    }
    this.host.answerInvite(transaction, this.host.reopened(), interval, (answer) => {
      // An answer says where the peer is and what it takes, just as an offer does.
      if (answer !== undefined) this.host.offered(answer)
    })
  }

  /** As a re-INVITE, without the ACK, and without an offer possible before the first answer (RFC 3311 §5.2). */
  update(request: SipRequest, transaction: ServerTransaction): void {
    const interval = this.intervalOf(request, transaction)
    if (interval === 'refused') return
    const offer = sdpBody(request)
    if (offer.kind !== 'sdp') {
      this.host.answerUpdate(transaction, undefined, interval)
      return
    }
    if (this.collides(transaction)) return
    const sdp = this.answerTo(offer.sdp, transaction)
    if (sdp !== undefined) this.host.answerUpdate(transaction, sdp, interval)
  }

  /** The PRACK of a reliable provisional response, which may bring the next offer (RFC 3262 §5). */
  prack(request: SipRequest, transaction: ServerTransaction): void {
    const offer = sdpBody(request)
    if (offer.kind !== 'sdp') {
      this.host.answerPrack(transaction, undefined)
      return
    }
    if (this.collides(transaction)) return
    const sdp = this.answerTo(offer.sdp, transaction)
    if (sdp !== undefined) this.host.answerPrack(transaction, sdp)
  }

  /** Whether an INVITE meets the first one, whose final response is still to come; then it is refused (§14.2). */
  private isEarly(transaction: ServerTransaction): boolean {
    if (this.host.answered) return false
    if (this.host.caller) this.host.reply(transaction, 491)
    else this.host.reply(transaction, 500, overlapping(this.context))
    return true
  }

  /** Whether an offer of the peer meets another that is still open; then it is refused. */
  private collides(transaction: ServerTransaction): boolean {
    if (!this.host.negotiated) this.host.reply(transaction, 500, overlapping(this.context))
    else if (this.host.offering) this.host.reply(transaction, 491)
    else return false
    return true
  }

  private intervalOf(
    request: SipRequest,
    transaction: ServerTransaction,
  ): SessionInterval | undefined | 'refused' {
    const interval = timerForRequest(request, this.context.options.sessionTimers)
    if (!interval || !('status' in interval)) return interval
    this.host.reply(transaction, interval.status, interval)
    return 'refused'
  }

  /** The listener's answer; undefined when there is none, and the peer has been told. */
  private answerTo(offer: string, transaction: ServerTransaction): string | undefined {
    const answer = this.host.offered(offer)
    if (this.host.ended) {
      this.host.reply(transaction, 487)
      return undefined
    }
    if (typeof answer === 'string') return answer
    const { status, reason } = answer
    this.host.reply(transaction, status >= 300 && status < 700 ? status : 488, { reason })
    return undefined
  }
}
