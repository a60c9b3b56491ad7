import type { Timer } from '../../../base/clock.js'
import { ParleyError } from '../../../base/errors.js'
import type { HeaderLines, ReferOutcome, SipCallEnd } from '../../call.js'
import { DigestAuthorizer } from '../../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../../message.js'
import { tagOf } from '../../name-addr.js'
import type { OutgoingCall, OutgoingCallListener, OutgoingCallRequest } from '../../outgoing-call.js'
import type { SipPeer } from '../../transport.js'
import { freshToken, type UserAgentContext } from '../context.js'
import { EventBuffer } from '../event-buffer.js'
import { extraHeaders } from '../extra-headers.js'
import type { HopFinder } from '../hops/hop-walk.js'
import type { UsageListener } from '../invite-usage.js'
import { CalleeDialog } from './callee-dialog.js'
import { InviteAttempts, type InviteAttemptsListener } from './invite-attempts.js'
import { InviteWriter } from './invite-writer.js'

/** What a call to somebody needs of the user agent. */
export interface UacInviteHost {
  readonly finder: HopFinder
  /** From now on what comes in for the dialog is the dialog's. */
  add(dialog: CalleeDialog): void
  remove(dialog: CalleeDialog): void
  /** Nothing of the call is left. */
  gone(): void
}

/** A call to somebody: the first INVITE until its end, the early dialogs it makes, then the usage of the one that answered. */
export class UacInvite implements OutgoingCall, InviteAttemptsListener {
  readonly direction = 'outgoing'
  readonly id: string
  readonly callId: string
  private readonly writer: InviteWriter
  private readonly authorizer: DigestAuthorizer
  private readonly attempts: InviteAttempts
  private readonly answerTimer: Timer
  private readonly events: EventBuffer<OutgoingCallListener>
  /** By the tag of the other end. */
  private readonly dialogs = new Map<string, CalleeDialog>()
  private answered: CalleeDialog | undefined
  /** The early dialog whose media was told of last. */
  private sounding: CalleeDialog | undefined
  /** The listener has heard of the end. */
  private over = false

  constructor(
    private readonly context: UserAgentContext,
    request: OutgoingCallRequest,
    listener: OutgoingCallListener,
    private readonly host: UacInviteHost,
  ) {
    this.id = freshToken(context)
    this.writer = new InviteWriter(context, request)
    this.callId = this.writer.callId
    this.events = new EventBuffer(context.log.child({ callId: this.callId }))
    this.events.connect(listener)
    this.authorizer = new DigestAuthorizer(() => request.credentials, context.random)
    const { writer, authorizer } = this
    this.attempts = new InviteAttempts(context, { request, writer, authorizer, finder: host.finder }, this)
    this.answerTimer = context.clock.after(request.answerTimeoutMs, () => this.unanswered())
  }

  start(): void {
    this.attempts.start()
  }

  hangup(headers?: HeaderLines): void {
    if (this.answered) {
      this.answered.usage.hangup({ by: 'relay', reason: 'bye', detail: 'BYE' }, extraHeaders(headers))
    } else this.cancel({ by: 'relay', reason: 'canceled', detail: 'CANCEL' }, headers)
  }

  reoffer(sdp: string): Promise<string> {
    const usage = this.answered?.usage
    if (usage) return usage.reinviter.offer(sdp)
    const error = new ParleyError('sip_request_refused', 'Nobody has answered who could take an offer.')
    return Promise.reject(error)
  }

  refer(target: string, headers?: HeaderLines): Promise<ReferOutcome> {
    const none: ReferOutcome = { status: 481, notified: undefined }
    return this.answered?.usage.refer(target, extraHeaders(headers)) ?? Promise.resolve(none)
  }

  /** Hangs up, and tells nothing more. */
  close(): void {
    this.hangup()
    this.answered?.usage.close()
  }

  provisional(response: SipResponse, invite: SipRequest, peer: SipPeer): void {
    if (this.over || this.answered) return
    const dialog = this.dialogOf(response, invite, peer)
    const answer = dialog?.provisional(response, invite)
    if (answer === false) return
    if (answer !== undefined) this.sounding = dialog
    this.events.tell((listener) => listener.progress(response.status, answer))
  }

  success(response: SipResponse, invite: SipRequest, peer: SipPeer): void {
    const dialog = this.dialogOf(response, invite, peer)
    if (!dialog) return
    if (dialog.usage.confirmed) dialog.acknowledgeAgain(invite)
    else if (!this.over && !this.answered) this.answer(dialog, response, invite)
    else {
      // RFC 3261 §13.2.2.4: a 2xx that nobody wants any more is acknowledged, then ended.
      dialog.confirm(response, invite)
      dialog.usage.hangup({ by: 'relay', reason: 'bye', detail: 'Answered elsewhere' })
      if (this.attempts.finished) this.forgetEarly()
    }
  }

  failed(response: SipResponse | undefined, detail: string): void {
    const status = response?.status
    const q850 = response?.headers.get('Reason')
    this.finish(
      response
        ? { by: 'peer', reason: 'refused', status, detail: q850 ? `${detail}, ${q850}` : detail }
        : { by: 'network', reason: 'transport', detail },
    )
    this.forgetEarly()
    this.cleared()
  }

  private answer(dialog: CalleeDialog, response: SipResponse, invite: SipRequest): void {
    this.answerTimer.cancel()
    this.attempts.settle()
    this.answered = dialog
    const answer = dialog.confirm(response, invite)
    this.forgetEarly()
    if (answer !== undefined) this.events.tell((listener) => listener.answered(answer))
    else {
      const detail = 'The 2xx has no answer to our offer'
      dialog.usage.hangup({ by: 'peer', reason: 'refused', status: response.status, detail })
    }
  }

  /** The dialog that a response belongs to, made when it is new; undefined for a response without a tag. */
  private dialogOf(response: SipResponse, invite: SipRequest, peer: SipPeer): CalleeDialog | undefined {
    const tag = tagOf(response.headers.get('To'))
    if (tag === undefined) return undefined
    const known = this.dialogs.get(tag)
    if (known) return known
    const { authorizer } = this
    const dialog: CalleeDialog = new CalleeDialog(this.context, {
      invite,
      response,
      peer,
      user: this.writer.user,
      authorizer,
      listener: this.usageListener(() => dialog),
      gone: () => {
        this.forget(dialog)
        this.cleared()
      },
    })
    this.dialogs.set(tag, dialog)
    this.host.add(dialog)
    return dialog
  }

  /** What happens in a dialog counts when it is the one that answered; before, its early media alone. */
  private usageListener(dialog: () => CalleeDialog): UsageListener {
    const counts = (): boolean => this.answered === dialog()
    return {
      offered: (sdp) => {
        const heard = counts() || (!this.answered && this.sounding === dialog())
        return heard ? this.events.offered(sdp) : { status: 488, reason: 'Another branch is heard' }
      },
      digit: (digit, durationMs) => {
        if (counts()) this.events.digit(digit, durationMs)
      },
      referred: (refer) => {
        if (counts()) this.events.referred(refer)
        else refer.reject(603)
      },
      ended: (end) => {
        if (counts()) this.finish(end)
      },
    }
  }

  private unanswered(): void {
    this.cancel({ by: 'relay', reason: 'no-answer', detail: 'Nobody answered in time' })
  }

  private cancel(end: SipCallEnd, headers?: HeaderLines): void {
    if (this.over) return
    this.finish(end)
    this.attempts.cancel(extraHeaders(headers))
  }

  private finish(end: SipCallEnd): void {
    if (this.over) return
    this.over = true
    this.answerTimer.cancel()
    this.events.ended(end)
  }

  private forgetEarly(): void {
    for (const dialog of [...this.dialogs.values()]) if (!dialog.usage.confirmed) this.forget(dialog)
  }

  private forget(dialog: CalleeDialog): void {
    for (const [tag, known] of this.dialogs) if (known === dialog) this.dialogs.delete(tag)
    this.host.remove(dialog)
  }

  private cleared(): void {
    if (this.attempts.finished && this.dialogs.size === 0) this.host.gone()
  }
}
