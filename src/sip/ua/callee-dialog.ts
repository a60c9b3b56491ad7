import type { DigestAuthorizer } from '../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../message.js'
import type { ServerTransaction } from '../transaction.js'
import type { SipPeer } from '../transport.js'
import { sdpBody } from './body.js'
import type { UserAgentContext } from './context.js'
import { clientDialog, cseqOf, Dialog } from './dialog.js'
import { DialogClient } from './dialog-client.js'
import { InviteUsage, type UsageListener } from './invite-usage.js'

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
  /** The answer that came before the 2xx. */
  private early: string | undefined

  constructor(context: UserAgentContext, options: CalleeDialogOptions) {
    const { invite, response, peer, user, authorizer, listener, gone } = options
    this.dialog = new Dialog(clientDialog(invite, response))
    this.client = new DialogClient(context, this.dialog, peer, user, authorizer)
    this.usage = new InviteUsage(context, this.client, listener, gone)
    this.usage.description.next(invite.body.toString('utf8'))
  }

  /**
   * Takes a provisional response; one that is sent reliably is acknowledged.
   * @returns the answer of early media in it; false when it came before or out of order (RFC 3262 §4)
   */
  provisional(response: SipResponse, invite: SipRequest): string | undefined | false {
    const { headers } = response
    if (headers.getAll('Require').some((tag) => tag.toLowerCase() === '100rel')) {
      const rseq = Number(headers.get('RSeq'))
      if (!Number.isInteger(rseq) || (this.rseq !== undefined && rseq !== this.rseq + 1)) return false
      this.rseq = rseq
      this.dialog.refreshTarget(response)
      const rack = { RAck: `${rseq} ${cseqOf(invite)} INVITE` }
      this.client.send('PRACK', rack, '', { final() {}, failed() {} })
    }
    const answer = sdpBody(response)
    if (answer.kind !== 'sdp') return undefined
    this.early = answer.sdp
    return answer.sdp
  }

  /** Takes the 2xx that makes this the call's dialog. @returns the answer; undefined when there never was one */
  confirm(response: SipResponse, invite: SipRequest): string | undefined {
    this.dialog.confirm(response)
    this.client.ack(invite)
    this.usage.confirm(response)
    const answer = sdpBody(response)
    return answer.kind === 'sdp' ? answer.sdp : this.early
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
}
