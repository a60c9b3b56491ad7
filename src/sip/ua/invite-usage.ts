import type { IncomingCallListener, SipCallEnd } from '../edge.js'
import type { SipRequest, SipResponse } from '../message.js'
import type { ServerTransaction } from '../transaction.js'
import type { SipPeer } from '../transport.js'
import { AckWaits } from './ack-waits.js'
import { sdpBody } from './body.js'
import { capabilityHeaders } from './capabilities.js'
import type { UserAgentContext } from './context.js'
import { cseqOf } from './dialog.js'
import type { DialogClient } from './dialog-client.js'
import { infoDigit } from './info-dtmf.js'
import { LocalDescription } from './local-description.js'
import { refuseRequest } from './refuse-request.js'
import { Reinviter } from './reinviter.js'
import { overlapping, type Reply, replyTo, respond } from './reply.js'
import { SessionRefresher } from './session-refresher.js'
import { type SessionInterval, timerForRequest, timerResponseHeaders } from './session-timer.js'

/** Who hears of a call in its dialog. */
export type UsageListener = Pick<IncomingCallListener, 'offered' | 'digit' | 'ended'>

/**
 * The INVITE usage of a dialog (RFC 5057): everything that happens between the INVITE and the BYE, whichever end
 * called. How the first INVITE was answered is its owner's business.
 */
export class InviteUsage {
  readonly description = new LocalDescription()
  readonly reinviter: Reinviter
  readonly refresher: SessionRefresher
  /** Set while the first INVITE may have reliable provisional responses outstanding. */
  prack: ((request: SipRequest) => boolean) | undefined
  /** Whose offer waits for its answer, in the first INVITE or the 200 to one. */
  private openOffer: 'peer' | 'self' | undefined
  private readonly acks: AckWaits
  private answered = false
  private over = false
  private byeOwed: string | undefined

  /** @param gone the dialog is finished: nothing of it needs to be found any more */
  constructor(
    private readonly context: UserAgentContext,
    readonly client: DialogClient,
    private readonly listener: UsageListener,
    private readonly gone: () => void,
  ) {
    this.acks = new AckWaits(context)
    const lost = (detail: string): void => this.hangup({ by: 'network', reason: 'transport', detail })
    let before = ''
    this.reinviter = new Reinviter(context, client, {
      headers: () => this.refresher.requestHeaders,
      describe: (sdp) => {
        before = this.description.current
        return this.description.next(sdp)
      },
      withdraw: () => this.description.revert(before),
      accepted: (response) => this.refresher.refreshed(response),
      lost,
    })
    this.refresher = new SessionRefresher(context, client, {
      reoffer: () => this.reinviter.offer(this.description.current),
      lost,
      expired: () => this.expire(),
    })
  }

  get ended(): boolean {
    return this.over
  }

  /** Notes whether the first INVITE brought an offer. */
  invited(withOffer: boolean): void {
    this.openOffer = withOffer ? 'peer' : undefined
  }

  /**
   * Sends a 2xx with `sdp` to an INVITE and repeats it until the ACK.
   * @param acknowledged gets the answer in the ACK, if there is one
   */
  answer(
    transaction: ServerTransaction,
    sdp: string,
    interval: SessionInterval | undefined,
    acknowledged: (answer: string | undefined) => void,
  ): void {
    const withOffer = sdpBody(transaction.request).kind === 'sdp'
    const response = this.success(transaction, sdp, interval)
    this.answered = true
    this.openOffer = withOffer ? undefined : 'self'
    this.acks.start(
      cseqOf(transaction.request),
      () => transaction.respond(response),
      (ack) => this.acknowledged(ack, acknowledged),
      () => this.neverAcknowledged(),
    )
    transaction.respond(response)
    this.refresher.timer.set(interval)
  }

  /** An ACK of the peer. */
  acknowledge(ack: SipRequest): void {
    this.acks.acknowledge(cseqOf(ack), ack)
  }

  /** A request of the peer inside the dialog. */
  handle(request: SipRequest, peer: SipPeer, transaction: ServerTransaction): void {
    if (!this.client.dialog.accepts(request)) {
      this.reply(transaction, 500, { reason: 'CSeq Out of Order' })
      return
    }
    if (request.method === 'BYE') {
      this.bye(request, transaction)
      return
    }
    if (this.over) {
      this.reply(transaction, 481)
      return
    }
    this.client.source = peer
    this.refresher.noteCapabilities(request)
    const refusal = refuseRequest(request, this.context.options.sessionTimers !== false)
    if (refusal) this.reply(transaction, refusal.status, refusal)
    else this.dispatch(request, transaction)
  }

  /** Ends the call with a BYE; while a 2xx of ours waits for its ACK, after that (RFC 3261 §15). */
  hangup(end: SipCallEnd, reason = ''): void {
    if (!this.finish(end)) return
    if (this.acks.pending) this.byeOwed = reason
    else this.sendBye(reason)
  }

  /** Ends the usage without a BYE: the dialog never got beyond early, or the peer has ended it. */
  finish(end: SipCallEnd): boolean {
    if (this.over) return false
    this.over = true
    this.refresher.timer.stop()
    this.reinviter.close()
    this.listener.ended(end)
    return true
  }

  private dispatch(request: SipRequest, transaction: ServerTransaction): void {
    switch (request.method) {
      case 'INVITE':
        this.reinvited(request, transaction)
        return
      case 'UPDATE':
        this.updated(request, transaction)
        return
      case 'INFO':
        this.info(request, transaction)
        return
      case 'PRACK':
        this.reply(transaction, this.prack?.(request) ? 200 : 481)
        return
      case 'OPTIONS':
        this.reply(transaction, 200, {
          headers: capabilityHeaders(this.context.options.sessionTimers !== false),
        })
        return
      default:
        this.reply(transaction, 481)
    }
  }

  /** Hold, resume, a new address or codec, a refresh (RFC 3261 §14.2). */
  private reinvited(request: SipRequest, transaction: ServerTransaction): void {
    const interval = this.intervalOf(request, transaction)
    if (interval === 'refused' || this.collides(transaction)) return
    const offer = sdpBody(request)
    if (offer.kind === 'sdp') {
      const sdp = this.answerTo(offer.sdp, transaction)
      if (sdp === undefined) return
      this.client.dialog.refreshTarget(request)
      this.answer(transaction, sdp, interval, () => {})
      return
    }
    this.client.dialog.refreshTarget(request)
    this.answer(transaction, this.description.reopened(), interval, (answer) => {
      // An answer says where the peer is and what it takes, just as an offer does.
      if (answer !== undefined) this.listener.offered(answer)
    })
  }

  /** As a re-INVITE, without the ACK, and possible before the first answer (RFC 3311 §5.2). */
  private updated(request: SipRequest, transaction: ServerTransaction): void {
    const interval = this.intervalOf(request, transaction)
    if (interval === 'refused') return
    const offer = sdpBody(request)
    let sdp: string | undefined
    if (offer.kind === 'sdp') {
      if (this.collides(transaction)) return
      sdp = this.answerTo(offer.sdp, transaction)
      if (sdp === undefined) return
    }
    this.client.dialog.refreshTarget(request)
    transaction.respond(this.success(transaction, sdp, interval))
    if (this.answered) this.refresher.timer.set(interval)
  }

  /** Whether an offer of the peer meets another that is still open; then it is refused. */
  private collides(transaction: ServerTransaction): boolean {
    if (!this.answered) {
      this.reply(transaction, 500, overlapping(this.context))
      return true
    }
    if (this.reinviter.busy || this.openOffer === 'self') {
      this.reply(transaction, 491)
      return true
    }
    return false
  }

  private intervalOf(
    request: SipRequest,
    transaction: ServerTransaction,
  ): SessionInterval | undefined | 'refused' {
    const interval = timerForRequest(request, this.context.options.sessionTimers)
    if (!interval || !('status' in interval)) return interval
    this.reply(transaction, interval.status, interval)
    return 'refused'
  }

  /** The listener's answer; undefined when it refused, and the peer has been told. */
  private answerTo(offer: string, transaction: ServerTransaction): string | undefined {
    const answer = this.listener.offered(offer)
    if (this.over) {
      this.reply(transaction, 487)
      return undefined
    }
    if (typeof answer === 'string') return answer
    const { status, reason } = answer
    this.reply(transaction, status >= 300 && status < 700 ? status : 488, { reason })
    return undefined
  }

  private info(request: SipRequest, transaction: ServerTransaction): void {
    const body = infoDigit(request)
    if (body === 'unsupported') {
      this.reply(transaction, 415, { headers: { Accept: 'application/dtmf-relay, application/dtmf' } })
      return
    }
    if (body === 'invalid') {
      this.reply(transaction, 400, { reason: 'No Such Key' })
      return
    }
    this.reply(transaction, 200)
    if (body !== 'empty') this.listener.digit(body.digit, body.durationMs)
  }

  private bye(request: SipRequest, transaction: ServerTransaction): void {
    this.reply(transaction, 200)
    this.acks.cancel()
    const detail = request.headers.get('Reason') ?? 'BYE'
    this.finish({ by: 'caller', reason: 'bye', detail })
    this.gone()
  }

  private acknowledged(ack: SipRequest, done: (answer: string | undefined) => void): void {
    if (this.openOffer === 'self') this.openOffer = undefined
    if (this.over) {
      this.payBye()
      return
    }
    const answer = sdpBody(ack)
    done(answer.kind === 'sdp' ? answer.sdp : undefined)
    if (!this.over) this.reinviter.open()
  }

  private neverAcknowledged(): void {
    if (this.over) this.payBye()
    else this.hangup({ by: 'network', reason: 'no-ack', detail: 'No ACK for our 200' })
  }

  private expire(): void {
    const detail = 'Session timer expired'
    this.hangup({ by: 'network', reason: 'session-expired', detail }, `SIP;cause=408;text="${detail}"`)
  }

  private payBye(): void {
    if (this.byeOwed === undefined || this.acks.pending) return
    this.sendBye(this.byeOwed)
    this.byeOwed = undefined
  }

  private sendBye(reason: string): void {
    const done = (): void => this.gone()
    this.client.send('BYE', reason ? { Reason: reason } : {}, '', { final: done, failed: done })
  }

  private success(
    transaction: ServerTransaction,
    sdp: string | undefined,
    interval: SessionInterval | undefined,
  ): SipResponse {
    const headers = { ...this.client.dialogHeaders, ...timerResponseHeaders(interval) }
    const body = sdp === undefined ? {} : { body: this.description.next(sdp) }
    return replyTo(this.context, transaction, 200, { headers, toTag: this.client.dialog.localTag, ...body })
  }

  private reply(transaction: ServerTransaction, status: number, reply: Reply = {}): void {
    respond(this.context, transaction, status, { ...reply, toTag: this.client.dialog.localTag })
  }
}
