import type { Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { IncomingCall, IncomingCallHandler, IncomingCallListener, SipCallEnd } from '../edge.js'
import type { SipRequest, SipResponse } from '../message.js'
import type { ServerTransaction } from '../transaction.js'
import type { SipPeer } from '../transport.js'
import { userOf } from '../uri.js'
import { sdpBody } from './body.js'
import { freshToken, randomUpTo, type UserAgentContext } from './context.js'
import { cseqOf, Dialog, serverDialog } from './dialog.js'
import { DialogClient } from './dialog-client.js'
import { EventBuffer } from './event-buffer.js'
import { InviteUsage } from './invite-usage.js'
import { calleeOf, callerOf, divertedFrom } from './parties.js'
import { ReliableProvisionals } from './reliable-provisional.js'
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
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly dialog: Dialog
  private state: State = 'proceeding'
  private readonly events: EventBuffer
  private readonly usage: InviteUsage
  private readonly provisionals: ReliableProvisionals | undefined
  private ringTimer: Timer | undefined
  private readonly expiryTimer: Timer | undefined

  /**
   * @param interval what the INVITE's session timer comes to
   * @param gone the dialog is finished
   */
  constructor(
    private readonly context: UserAgentContext,
    private readonly transaction: ServerTransaction,
    private readonly interval: SessionInterval | undefined,
    private readonly gone: () => void,
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
    const client = new DialogClient(context, this.dialog, peer, this.dialled)
    this.usage = new InviteUsage(context, client, this.events, gone)
    this.usage.refresher.noteCapabilities(request)
    this.provisionals = this.requiresReliable() ? this.reliable() : undefined
    this.usage.prack = (prack) => this.provisionals?.acknowledge(prack, cseqOf(request)) ?? false
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
    if (!this.unanswered) return
    this.state = 'early'
    this.ringTimer?.cancel()
    this.ringTimer = this.context.clock.after(ringAgainMs, () => this.ring())
    const response = this.response(180, { headers: this.usage.client.dialogHeaders })
    if (!this.provisionals) this.transaction.respond(response)
    // Without an offer in the INVITE the first reliable response would have to carry ours (RFC 3262 §5). The caller
    // who asks for that hears no ringing from us, and gets the offer with the answer.
    else if (this.offer !== undefined) this.provisionals.push(response)
  }

  accept(sdp: string): void {
    if (!this.unanswered) return
    this.settle('waiting-ack')
    this.usage.answer(this.transaction, sdp, this.interval, (answer) => {
      this.state = 'confirmed'
      this.events.confirmed(this.offer === undefined ? answer : undefined)
    })
  }

  reject(status: number, reason?: string, retryAfterSeconds?: number): void {
    const final = status >= 300 && status < 700 ? status : 500
    const headers =
      retryAfterSeconds === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterSeconds)) }
    this.refuse({ by: 'relay', reason: 'rejected', detail: '' }, final, { reason, headers })
  }

  hangup(): void {
    if (this.unanswered) this.reject(480)
    else this.usage.hangup({ by: 'relay', reason: 'bye', detail: 'BYE' })
  }

  reoffer(sdp: string): Promise<string> {
    return this.usage.reinviter.offer(sdp)
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

  private get unanswered(): boolean {
    return this.state === 'proceeding' || this.state === 'early'
  }

  private cancelled(): void {
    const detail = this.transaction.request.headers.get('Reason') ?? 'CANCEL'
    this.refuse({ by: 'caller', reason: 'cancel', detail }, 487)
  }

  private failed(reason: 'timeout' | 'transport'): void {
    const end = { by: 'network', reason: 'transport', detail: `No way to the caller: ${reason}` } as const
    if (this.unanswered) {
      this.settle('terminated')
      this.usage.finish(end)
      this.gone()
    } else if (this.state === 'waiting-ack') this.usage.hangup(end)
  }

  /** Ends a call that was not answered. @param end detail '' stands for the response itself */
  private refuse(end: SipCallEnd, status: number, reply: Reply = {}): void {
    if (!this.unanswered) return
    this.settle('terminated')
    const response = this.response(status, reply)
    this.transaction.respond(response)
    this.usage.finish({ ...end, detail: end.detail || `${response.status} ${response.reason}` })
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
      () => this.refuse({ by: 'network', reason: 'transport', detail: 'No PRACK for our 180' }, 504),
    )
  }

  /** The caller may say how long it waits (RFC 3261 §13.3.1). */
  private expiry(): Timer | undefined {
    const seconds = Number(this.transaction.request.headers.get('Expires') ?? 0)
    if (!(seconds > 0) || seconds > 24 * 3600) return undefined
    const end = { by: 'caller', reason: 'cancel', detail: 'The INVITE expired' } as const
    return this.context.clock.after(seconds * 1000, () => this.refuse(end, 487))
  }
}
