import type { HeaderFields } from '../build.js'
import type { ReferOutcome, SipCallEnd, SipCallListener } from '../call.js'
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
import { SessionChanges, type SessionChangesHost } from './session-changes.js'
import { SessionRefresher } from './session-refresher.js'
import { type SessionInterval, timerResponseHeaders } from './session-timer.js'
import { Transfers } from './transfer/transfers.js'

/** Who hears of a call in its dialog. */
export type UsageListener = Required<SipCallListener>

/**
 * The INVITE usage of a dialog (RFC 5057): everything that happens between the INVITE and the BYE, whichever end
 * called. How the first INVITE was answered is its owner's business.
 */
export class InviteUsage {
  readonly description = new LocalDescription()
  readonly reinviter: Reinviter
  readonly refresher: SessionRefresher
  /**
   * Set where the first INVITE may have reliable provisional responses outstanding. Takes a PRACK and returns what
   * there is to do once it is answered; undefined when it acknowledges nothing.
   */
  prack: ((request: SipRequest) => (() => void) | undefined) | undefined
  /** Whether the first offer has its answer for good. */
  negotiated = false
  private readonly changes: SessionChanges
  /** Whether the 200 to an INVITE without an offer carried ours, and the ACK with the answer has not come. */
  private offerInOk = false
  private readonly acks: AckWaits
  private answered = false
  private over = false
  private byeOwed: HeaderFields | undefined
  private readonly transfers: Transfers
  /** Whether only the peer's interest in a transfer keeps the dialog. */
  private left = false

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
    this.changes = new SessionChanges(context, this.changesHost())
    this.transfers = new Transfers(context, client, {
      referred: (refer) => listener.referred(refer),
      idle: () => {
        if (this.left) this.gone()
      },
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

  /**
   * Sends a 2xx to an INVITE and repeats it until the ACK.
   * @param acknowledged gets the answer in the ACK, if there is one
   */
  answer(
    transaction: ServerTransaction,
    { sdp, headers }: { readonly sdp: string; readonly headers?: HeaderFields },
    interval: SessionInterval | undefined,
    acknowledged: (answer: string | undefined) => void,
  ): void {
    const withOffer = sdpBody(transaction.request).kind === 'sdp'
    const response = this.success(transaction, sdp, interval, headers)
    this.answered = true
    this.negotiated = true
    this.offerInOk = !withOffer
    this.acks.start(
      cseqOf(transaction.request),
      () => transaction.respond(response),
      (ack) => this.acknowledged(ack, acknowledged),
      () => this.neverAcknowledged(),
    )
    transaction.respond(response)
    this.refresher.timer.set(interval)
  }

  /** Whether the INVITE was answered. */
  get confirmed(): boolean {
    return this.answered
  }

  /** Our INVITE was answered with a 2xx, and that is acknowledged. */
  confirm(response: SipResponse): void {
    this.answered = true
    this.negotiated = true
    this.refresher.noteCapabilities(response)
    if (this.context.options.sessionTimers) this.refresher.refreshed(response)
    this.reinviter.open()
  }

  /** @see SipCall.refer */
  refer(target: string, headers: HeaderFields): Promise<ReferOutcome> {
    if (this.over || !this.answered) return Promise.resolve({ status: 481, notified: undefined })
    return this.transfers.refer(target, headers)
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
  hangup(end: SipCallEnd, headers: HeaderFields = {}): void {
    if (!this.finish(end)) return
    if (this.acks.pending) this.byeOwed = headers
    else this.sendBye(headers)
  }

  /** Ends the usage without a BYE: the dialog never got beyond early, or the peer has ended it. */
  finish(end: SipCallEnd): boolean {
    if (this.over) return false
    this.over = true
    this.refresher.timer.stop()
    this.reinviter.close()
    this.transfers.callEnded()
    this.listener.ended(end)
    return true
  }

  /** The edge closes: the peer hears no more of its transfers. */
  close(): void {
    this.transfers.close()
  }

  private dispatch(request: SipRequest, transaction: ServerTransaction): void {
    switch (request.method) {
      case 'INVITE':
        this.changes.invite(request, transaction)
        return
      case 'UPDATE':
        this.changes.update(request, transaction)
        return
      case 'INFO':
        this.info(request, transaction)
        return
      case 'REFER':
        this.referred(request, transaction)
        return
      case 'NOTIFY':
        this.notified(request, transaction)
        return
      case 'PRACK':
        this.pracked(request, transaction)
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

  private referred(request: SipRequest, transaction: ServerTransaction): void {
    const refusal = this.answered
      ? this.transfers.received(request, transaction)
      : { status: 500, ...overlapping(this.context) }
    if (refusal) this.reply(transaction, refusal.status, refusal)
  }

  private notified(request: SipRequest, transaction: ServerTransaction): void {
    const { status, headers } = this.transfers.notified(request)
    this.reply(transaction, status, { headers })
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

  private pracked(request: SipRequest, transaction: ServerTransaction): void {
    const afterwards = this.prack?.(request)
    if (!afterwards) {
      this.reply(transaction, 481)
      return
    }
    this.changes.prack(request, transaction)
    afterwards()
  }

  private bye(request: SipRequest, transaction: ServerTransaction): void {
    this.reply(transaction, 200)
    this.acks.cancel()
    const detail = request.headers.get('Reason') ?? 'BYE'
    this.finish({ by: 'peer', reason: 'bye', detail })
    this.leave()
  }

  private acknowledged(ack: SipRequest, done: (answer: string | undefined) => void): void {
    this.offerInOk = false
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
    const end = { by: 'network', reason: 'session-expired', detail } as const
    this.hangup(end, { Reason: `SIP;cause=408;text="${detail}"` })
  }

  private payBye(): void {
    if (this.byeOwed === undefined || this.acks.pending) return
    this.sendBye(this.byeOwed)
    this.byeOwed = undefined
  }

  private sendBye(headers: HeaderFields): void {
    const done = (): void => this.leave()
    this.client.send('BYE', headers, '', { final: done, failed: done })
  }

  private leave(): void {
    this.left = true
    if (!this.transfers.busy) this.gone()
  }

  private changesHost(): SessionChangesHost {
    const usage = this
    return {
      get answered() {
        return usage.answered
      },
      caller: this.client.dialog.side === 'caller',
      get negotiated() {
        return usage.negotiated
      },
      get ended() {
        return usage.over
      },
      get offering() {
        return usage.reinviter.busy || usage.offerInOk
      },
      offered: (sdp) => this.listener.offered(sdp),
      reopened: () => this.description.reopened(),
      answerInvite: (transaction, sdp, interval, acknowledged) => {
        this.client.dialog.refreshTarget(transaction.request)
        this.answer(transaction, { sdp }, interval, acknowledged)
      },
      answerUpdate: (transaction, sdp, interval) => {
        this.client.dialog.refreshTarget(transaction.request)
        transaction.respond(this.success(transaction, sdp, interval))
        if (this.answered) this.refresher.timer.set(interval)
      },
      answerPrack: (transaction, sdp) =>
        this.reply(transaction, 200, sdp === undefined ? {} : { body: this.description.next(sdp) }),
      reply: (transaction, status, reply) => this.reply(transaction, status, reply),
    }
  }

  private success(
    transaction: ServerTransaction,
    sdp: string | undefined,
    interval: SessionInterval | undefined,
    more: HeaderFields = {},
  ): SipResponse {
    const headers = { ...more, ...this.client.dialogHeaders, ...timerResponseHeaders(interval) }
    const body = sdp === undefined ? {} : { body: this.description.next(sdp) }
    return replyTo(this.context, transaction, 200, { headers, toTag: this.client.dialog.localTag, ...body })
  }

  private reply(transaction: ServerTransaction, status: number, reply: Reply = {}): void {
    respond(this.context, transaction, status, { ...reply, toTag: this.client.dialog.localTag })
  }
}
