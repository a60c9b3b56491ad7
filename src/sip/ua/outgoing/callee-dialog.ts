import type { DigestAuthorizer } from '../../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../../message.js'
import type { ServerTransaction } from '../../transaction.js'
import type { SipPeer } from '../../transport.js'
import { sdpBody } from '../body.js'
import type { UserAgentContext } from '../context.js'
import { clientDialog, cseqOf, Dialog } from '../dialog.js'
import { DialogClient } from '../dialog-client.js'
import { InviteUsage, type UsageListener } from '../invite-usage.js'
import type { ReplaceableDialog } from '../replaces/dialog-book.js'

export interface CalleeDialogOptions {
  readonly invite: SipRequest
  /** The response that makes the dialog. */
  readonly response: SipResponse
  readonly peer: SipPeer
  /** User part of our Contact. */
  readonly user: string
  readonly authorizer: DigestAuthorizer
  readonly listener: UsageListener
  /** The dialog is finished. */
  readonly gone: () => void
}

/** A dialog that a response to our INVITE made: early, or confirmed by a 2xx (RFC 3261 §13.2.2). */
export class CalleeDialog {
  readonly dialog: Dialog
  readonly usage: InviteUsage
  private readonly client: DialogClient
  /** RSeq of the last reliable provisional response (RFC 3262 §4). */
  private rseq: number | undefined
  /** What the callee has said of its media before the 2xx: its answer, or an offer after that. */
  private early: string | undefined
  /** Whether the callee has changed its media since its answer. */
  private changed = false

  constructor(context: UserAgentContext, options: CalleeDialogOptions) {
    const { invite, response, peer, user, authorizer, listener, gone } = options
    this.dialog = new Dialog(clientDialog(invite, response))
    this.client = new DialogClient(context, this.dialog, peer, user, authorizer)
    this.usage = new InviteUsage(context, this.client, this.noting(listener), gone)
    this.usage.description.next(invite.body.toString('utf8'))
  }

  /** @see ReplaceableDialog */
  get phase(): ReplaceableDialog['phase'] {
    if (this.usage.ended) return 'ended'
    return this.usage.confirmed ? 'confirmed' : 'early'
  }

  /**
   * Takes a provisional response; one that is sent reliably is acknowledged.
   * @returns the answer of early media in it; false when it came before or out of order (RFC 3262 §4)
   */
  provisional(response: SipResponse, invite: SipRequest): string | undefined | false {
    const { headers } = response
    const reliable = headers.getAll('Require').some((tag) => tag.toLowerCase() === '100rel')
    if (reliable && !this.prack(response, cseqOf(invite))) return false
    this.usage.refresher.noteCapabilities(response)
    const answer = sdpBody(response)
    if (answer.kind !== 'sdp') return undefined
    this.early = answer.sdp
    // From then on either side may offer again, before the call is answered (RFC 3262 §5, RFC 3311 §5.1).
    if (reliable) this.usage.negotiated = true
    return answer.sdp
  }

  /** Takes the 2xx that makes this the call's dialog. @returns the answer; undefined when there never was one */
  confirm(response: SipResponse, invite: SipRequest): string | undefined {
    this.dialog.confirm(response)
    this.client.ack(invite)
    this.usage.confirm(response)
    const answer = sdpBody(response)
    // An answer that is said once more is not the last word where an offer came after it (RFC 6337 §3.1).
    return answer.kind === 'sdp' && !this.changed ? answer.sdp : this.early
  }

  /** The 2xx came again: our ACK was lost. */
  acknowledgeAgain(invite: SipRequest): void {
    this.client.ack(invite)
  }

  handle(request: SipRequest, peer: SipPeer, transaction: ServerTransaction): void {
    this.usage.handle(request, peer, transaction)
  }

  acknowledge(ack: SipRequest): void {
    this.usage.acknowledge(ack)
  }

  /** PRACK. @returns false for a response out of order: it is not acknowledged, and comes again (RFC 3262 §4) */
  private prack(response: SipResponse, invite: number): boolean {
    const rseq = Number(response.headers.get('RSeq'))
    if (!Number.isInteger(rseq) || (this.rseq !== undefined && rseq !== this.rseq + 1)) return false
    this.rseq = rseq
    this.dialog.refreshTarget(response)
    this.client.send('PRACK', { RAck: `${rseq} ${invite} INVITE` }, '', { final() {}, failed() {} })
    return true
  }

  private noting(listener: UsageListener): UsageListener {
    return {
      ...listener,
      offered: (sdp) => {
        const answer = listener.offered(sdp)
        if (typeof answer === 'string' && !this.usage.confirmed) {
          this.early = sdp
          this.changed = true
        }
        return answer
      },
    }
  }
}
