import type { Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { HeaderLines, ReferOutcome, SipCallEnd } from '../call.js'
import { DigestAuthorizer } from '../digest/authorizer.js'
import type { IncomingCall, IncomingCallHandler, IncomingCallListener } from '../edge.js'
import type { SipRequest, SipResponse } from '../message.js'
import type { ServerTransaction } from '../transaction.js'
import type { SipPeer } from '../transport.js'
import { userOf } from '../uri.js'
import { sdpBody } from './body.js'
import { freshToken, randomUpTo, type UserAgentContext } from './context.js'
import { cseqOf, Dialog, serverDialog } from './dialog.js'
import { DialogClient } from './dialog-client.js'
import { EventBuffer } from './event-buffer.js'
import { extraHeaders } from './extra-headers.js'
import { InviteUsage } from './invite-usage.js'
import { calleeOf, callerOf, divertedFrom } from './parties.js'
import { ReliableProvisionals } from './reliable-provisional.js'
import type { ReplaceableDialog } from './replaces/dialog-book.js'
import { type Reply, replyTo } from './reply.js'
import type { SessionInterval } from './session-timer.js'

/** Where the first INVITE stands (RFC 3261 §13.3). */
type State = 'proceeding' | 'early' | 'waiting-ack' | 'confirmed' | 'terminated'

/** A proxy gives up an INVITE that hears nothing for three minutes (RFC 3261 §13.3.1.1). */
const ringAgainMs = 60_000

/** A call from the peer: the first INVITE until its ACK, then the usage of its dialog. */
export class UasInvite implements IncomingCall {
  readonly id: string
  readonly callId: string
  readonly dialled: string
  readonly from
  readonly to
  readonly divertedFrom: string
  readonly peer: SipPeer
  readonly offer: string | undefined
  readonly headers: HeaderLines
  readonly dialog: Dialog
  private state: State = 'proceeding'
  private readonly events: EventBuffer<IncomingCallListener>
  private readonly usage: InviteUsage
  private readonly provisionals: ReliableProvisionals | undefined
  private ringTimer: Timer | undefined
  /** An answer that has to wait for the PRACK of the early media before it. */
  private heldBack: (() => void) | undefined
  private readonly expiryTimer: Timer | undefined

  /**
   * @param interval what the INVITE's session timer comes to
   * @param gone the dialog is finished
   * @param replaces id of the call whose place it is to take
   */
  constructor(
    private readonly context: UserAgentContext,
    private readonly transaction: ServerTransaction,
    private readonly interval: SessionInterval | undefined,
    private readonly gone: () => void,
    readonly replaces?: string | undefined,
  ) {
    const { request, peer } = transaction
    const offer = sdpBody(request)
    this.dialog = new Dialog(serverDialog(request, freshToken(context)))
    this.id = freshToken(context)
    this.callId = this.dialog.callId
    this.dialled = userOf(request.uri)
    this.from = callerOf(request)
    this.to = calleeOf(request)
    this.divertedFrom = divertedFrom(request, context.options.diversionHeaders)
    this.peer = peer
    this.offer = offer.kind === 'sdp' ? offer.sdp : undefined
    this.headers = [...request.headers.entries()]
    this.events = new EventBuffer(context.log.child({ callId: this.callId }))
    const credentials = (realm: string) => context.options.credentials(realm, peer)
    const authorizer = new DigestAuthorizer(credentials, context.random)
    const client = new DialogClient(context, this.dialog, peer, this.dialled, authorizer)
    this.usage = new InviteUsage(context, client, this.events, gone)
    this.usage.refresher.noteCapabilities(request)
    this.provisionals = this.requiresReliable() ? this.reliable() : undefined
    this.usage.prack = (prack) => this.pracked(prack)
    this.expiryTimer = this.expiry()
    transaction.onCancel = () => this.cancelled()
    transaction.onFailure = (reason) => this.failed(reason)
  }

  /** Lets `handler` know of the call; what happened meanwhile follows at once. */
  present(handler: IncomingCallHandler): void {
    let listener: IncomingCallListener
    try {
      listener = handler(this)
    } catch (error) {
      this.context.log.error(
        { err: error, code: 'internal_error', callId: this.callId },
        `Taking a call failed: ${messageOf(error)}`,
      )
      this.reject(500)
      this.hangup()
      return
    }
    this.events.connect(listener)
  }

  ring(): void {
    this.provision(180)
  }

  progress(sdp: string): void {
    if (this.offer === undefined) this.ring()
    else if (this.unanswered) this.provision(183, this.usage.description.next(sdp))
  }

  accept(sdp: string, headers?: HeaderLines): void {
    if (!this.unanswered) return
    if (this.provisionals?.owed) this.heldBack = () => this.accept(sdp, headers)
    else this.answer(sdp, headers)
  }

  reject(status: number, reason?: string, retryAfterSeconds?: number, headers?: HeaderLines): void {
    const final = status >= 300 && status < 700 ? status : 500
    const retry = retryAfterSeconds === undefined ? undefined : String(Math.ceil(retryAfterSeconds))
    this.refuse({ by: 'relay', reason: 'refused' }, final, '', {
      reason,
      headers: { ...extraHeaders(headers), 'Retry-After': retry },
    })
  }

  hangup(headers?: HeaderLines): void {
    if (this.unanswered) this.reject(480, undefined, undefined, headers)
    else {
      const end = { by: 'relay', reason: 'bye', detail: 'BYE' } as const
      this.usage.hangup(end, extraHeaders(headers))
    }
  }

  reoffer(sdp: string): Promise<string> {
    return this.usage.reinviter.offer(sdp)
  }

  refer(target: string, headers?: HeaderLines): Promise<ReferOutcome> {
    return this.usage.refer(target, extraHeaders(headers))
  }

  /** Hangs up, and tells nothing more. */
  close(): void {
    this.hangup()
    this.usage.close()
  }

  /** A request of the peer inside the dialog. */
  handle(request: SipRequest, peer: SipPeer, transaction: ServerTransaction): void {
    this.usage.handle(request, peer, transaction)
    // A BYE also ends a call that was not answered yet (RFC 3261 §15.1.2).
    if (this.usage.ended && this.unanswered) {
      this.settle('terminated')
      this.transaction.respond(this.response(487))
    }
  }

  acknowledge(ack: SipRequest): void {
    this.usage.acknowledge(ack)
  }

  /** @see ReplaceableDialog */
  get phase(): ReplaceableDialog['phase'] {
    if (this.usage.ended || this.state === 'terminated') return 'ended'
    return this.unanswered ? 'incoming' : 'confirmed'
  }

  private get unanswered(): boolean {
    return this.state === 'proceeding' || this.state === 'early'
  }

  /** @param sdp answer of early media */
  private provision(status: 180 | 183, sdp = ''): void {
    if (!this.unanswered) return
    this.state = 'early'
    this.ringTimer?.cancel()
    // Once the answer has arrived reliably it need not be said again.
    const again = this.provisionals ? '' : sdp
    this.ringTimer = this.context.clock.after(ringAgainMs, () => this.provision(status, again))
    const response = this.response(status, { headers: this.usage.client.dialogHeaders, body: sdp })
    if (!this.provisionals) this.transaction.respond(response)
    // Without an offer in the INVITE the first reliable response would have to carry ours (RFC 3262 §5). The caller
    // who asks for that hears no ringing from us, and gets the offer with the answer.
    else if (this.offer !== undefined) this.provisionals.push(response)
  }

  private pracked(prack: SipRequest): (() => void) | undefined {
    const { provisionals } = this
    const acknowledged = provisionals?.acknowledge(prack, cseqOf(this.transaction.request))
    if (!provisionals || !acknowledged) return undefined
    if (acknowledged.described) this.usage.negotiated = true
    return () => {
      if (this.unanswered) provisionals.next()
      this.heldBack?.()
    }
  }

  private answer(sdp: string, headers: HeaderLines | undefined): void {
    this.settle('waiting-ack')
    // What early media has settled is said once more, with all that was changed since.
    const { negotiated, description } = this.usage
    const reply = { sdp: negotiated ? description.current : sdp, headers: extraHeaders(headers) }
    this.usage.answer(this.transaction, reply, this.interval, (answer) => {
      this.state = 'confirmed'
      this.events.tell((listener) => listener.confirmed(this.offer === undefined ? answer : undefined))
    })
  }

  private cancelled(): void {
    const detail = this.transaction.request.headers.get('Reason') ?? 'CANCEL'
    this.refuse({ by: 'peer', reason: 'canceled' }, 487, detail)
  }

  private failed(reason: 'timeout' | 'transport'): void {
    const detail = `No way to the caller: ${reason}`
    const end = { by: 'network', reason: 'transport', detail } as const
    if (this.unanswered) {
      this.settle('terminated')
      this.usage.finish(end)
      this.gone()
    } else if (this.state === 'waiting-ack') this.usage.hangup(end)
  }

  /** Ends a call that was not answered. @param detail for the record; '' stands for the response itself */
  private refuse(
    end: Pick<SipCallEnd, 'by' | 'reason'>,
    status: number,
    detail: string,
    reply: Reply = {},
  ): void {
    if (!this.unanswered) return
    this.settle('terminated')
    const response = this.response(status, reply)
    this.transaction.respond(response)
    this.usage.finish({ ...end, status, detail: detail || `${response.status} ${response.reason}` })
    this.gone()
  }

  private settle(state: State): void {
    this.state = state
    this.ringTimer?.cancel()
    this.expiryTimer?.cancel()
    this.provisionals?.stop()
  }

  private response(status: number, reply: Reply = {}): SipResponse {
    return replyTo(this.context, this.transaction, status, { ...reply, toTag: this.dialog.localTag })
  }

  private requiresReliable(): boolean {
    return this.transaction.request.headers.getAll('Require').some((tag) => tag.toLowerCase() === '100rel')
  }

  private reliable(): ReliableProvisionals {
    const { clock, options } = this.context
    return new ReliableProvisionals(
      clock,
      options.timers,
      1 + randomUpTo(this.context, 2 ** 16),
      (response) => this.transaction.respond(response),
      () => this.refuse({ by: 'network', reason: 'transport' }, 504, 'No PRACK for our provisional response'),
    )
  }

  /** The caller may say how long it waits (RFC 3261 §13.3.1). */
  private expiry(): Timer | undefined {
    const seconds = Number(this.transaction.request.headers.get('Expires') ?? 0)
    if (!(seconds > 0) || seconds > 24 * 3600) return undefined
    const end = { by: 'peer', reason: 'canceled' } as const
    return this.context.clock.after(seconds * 1000, () => this.refuse(end, 487, 'The INVITE expired'))
  }
}
