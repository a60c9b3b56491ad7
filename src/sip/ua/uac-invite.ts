import type { Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { HeaderLines, ReferOutcome, SipCallEnd } from '../call.js'
import { DigestAuthorizer } from '../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../message.js'
import { formatNameAddr, tagOf } from '../name-addr.js'
import type { OutgoingCall, OutgoingCallListener, OutgoingCallRequest } from '../outgoing-call.js'
import type { ResolveHop } from '../resolve/resolver.js'
import type { SipPeer } from '../transport.js'
import { userOf } from '../uri.js'
import { CalleeDialog } from './callee-dialog.js'
import { freshToken, type UserAgentContext } from './context.js'
import { extraHeaders } from './extra-headers.js'
import { InviteAttempts, type InviteAttemptsListener } from './invite-attempts.js'
import type { UsageListener } from './invite-usage.js'

/** Where a call's dialogs are found by what comes in. */
export interface DialogTable {
  add(dialog: CalleeDialog): void
  remove(dialog: CalleeDialog): void
}

/** A call to somebody: the first INVITE until its end, the early dialogs it makes, then the usage of the one that answered. */
export class UacInvite implements OutgoingCall, InviteAttemptsListener {
  readonly direction = 'outgoing'
  readonly id: string
  readonly callId: string
  private readonly authorizer: DigestAuthorizer
  private readonly attempts: InviteAttempts
  private readonly answerTimer: Timer
  /** By the tag of the other end. */
  private readonly dialogs = new Map<string, CalleeDialog>()
  private answered: CalleeDialog | undefined
  /** The listener has heard of the end. */
  private over = false

  /** @param gone nothing of the call is left */
  constructor(
    private readonly context: UserAgentContext,
    private readonly request: OutgoingCallRequest,
    resolve: ResolveHop,
    private readonly listener: OutgoingCallListener,
    private readonly table: DialogTable,
    private readonly gone: () => void,
  ) {
    this.id = freshToken(context)
    this.callId = freshToken(context)
    const { displayName, uri } = request.from
    const from = formatNameAddr({ displayName, uri, params: new Map([['tag', freshToken(context)]]) })
    this.authorizer = new DigestAuthorizer(() => request.credentials, context.random)
    const { authorizer, callId } = this
    this.attempts = new InviteAttempts(context, { request, callId, from, authorizer, resolve }, this)
    this.answerTimer = context.clock.after(request.answerTimeoutMs, () => this.unanswered())
  }

  start(): void {
    this.attempts.start()
  }

  hangup(headers?: HeaderLines): void {
    if (this.answered) {
      this.answered.usage.hangup({ by: 'relay', reason: 'bye', detail: 'BYE' }, extraHeaders(headers))
    } else this.cancel({ by: 'relay', reason: 'canceled', detail: 'CANCEL' })
  }

  reoffer(sdp: string): Promise<string> {
    const usage = this.answered?.usage
    return usage ? usage.reinviter.offer(sdp) : Promise.reject(new Error('The call is not answered'))
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
    if (answer !== false) this.tell(() => this.listener.progress(response.status, answer))
  }

  success(response: SipResponse, invite: SipRequest, peer: SipPeer): void {
    const known = this.dialogs.get(tagOf(response.headers.get('To')) ?? '')
    if (known && (known === this.answered || known.usage.confirmed)) return known.acknowledgeAgain(invite)
    const dialog = known ?? this.dialogOf(response, invite, peer)
    if (!dialog) return
    // RFC 3261 §13.2.2.4: a 2xx that nobody wants is acknowledged, then ended.
    const wanted = !this.over && !this.answered
    if (wanted) this.answer(dialog, response, invite)
    else {
      dialog.confirm(response, invite)
      dialog.usage.hangup({ by: 'relay', reason: 'bye', detail: 'Answered elsewhere' })
    }
  }

  failed(response: SipResponse | undefined, detail: string): void {
    const status = response?.status
    const end: SipCallEnd = response
      ? { by: 'peer', reason: 'refused', status, detail }
      : { by: 'network', reason: 'transport', detail }
    this.finish(end)
    for (const dialog of [...this.dialogs.values()]) if (!dialog.usage.confirmed) this.forget(dialog)
    this.cleared()
  }

  private answer(dialog: CalleeDialog, response: SipResponse, invite: SipRequest): void {
    this.answerTimer.cancel()
    this.attempts.settle()
    this.answered = dialog
    const answer = dialog.confirm(response, invite)
    for (const other of [...this.dialogs.values()]) if (other !== dialog) this.forget(other)
    if (answer !== undefined) return this.tell(() => this.listener.answered(answer))
    dialog.usage.hangup({ by: 'relay', reason: 'transport', detail: 'The 200 to our offer has no answer' })
  }

  /** The dialog that a response belongs to, made when it is new; undefined for a response without a tag. */
  private dialogOf(response: SipResponse, invite: SipRequest, peer: SipPeer): CalleeDialog | undefined {
    const tag = tagOf(response.headers.get('To'))
    if (tag === undefined) return undefined
    const known = this.dialogs.get(tag)
    if (known) return known
    const { authorizer } = this
    const user = userOf(this.request.from.uri)
    const dialog: CalleeDialog = new CalleeDialog(this.context, {
      invite,
      response,
      peer,
      user,
      authorizer,
      listener: this.usageListener(() => dialog),
      gone: () => {
        this.forget(dialog)
        this.cleared()
      },
    })
    this.dialogs.set(tag, dialog)
    this.table.add(dialog)
    return dialog
  }

  /** What happens in a dialog counts when it is the one that answered; before, all that counts is its early media. */
  private usageListener(dialog: () => CalleeDialog): UsageListener {
    const elsewhere = { status: 481, reason: 'Answered elsewhere' }
    return {
      offered: (sdp) =>
        (this.answered === dialog() ? this.tell(() => this.listener.offered(sdp)) : undefined) ?? elsewhere,
      digit: (digit, durationMs) => this.tell(() => this.listener.digit(digit, durationMs)),
      referred: (refer) => {
        if (this.answered === dialog() && this.listener.referred)
          this.tell(() => this.listener.referred?.(refer))
        else refer.reject(603)
      },
      ended: (end) => {
        if (this.answered === dialog()) this.finish(end)
      },
    }
  }

  private unanswered(): void {
    this.cancel({ by: 'relay', reason: 'no-answer', detail: 'Nobody answered in time' })
  }

  private cancel(end: SipCallEnd): void {
    if (this.over) return
    this.finish(end)
    this.attempts.cancel()
  }

  private finish(end: SipCallEnd): void {
    if (this.over) return
    this.over = true
    this.answerTimer.cancel()
    this.tell(() => this.listener.ended(end))
  }

  private forget(dialog: CalleeDialog): void {
    for (const [tag, known] of this.dialogs) if (known === dialog) this.dialogs.delete(tag)
    this.table.remove(dialog)
  }

  private cleared(): void {
    if (this.attempts.finished && this.dialogs.size === 0) this.gone()
  }

  /** A fault in the listener is not the call's. */
  private tell<T>(event: () => T): T | undefined {
    try {
      return event()
    } catch (error) {
      this.context.log.error(
        { err: error, code: 'internal_error', callId: this.callId },
        `A call's listener failed: ${messageOf(error)}`,
      )
      return undefined
    }
  }
}
