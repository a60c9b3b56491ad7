import type { HeaderFields } from '../../build.js'
import type { IncomingRefer, ReferOutcome } from '../../call.js'
import type { SipRequest } from '../../message.js'
import type { ServerTransaction } from '../../transaction.js'
import type { UserAgentContext } from '../context.js'
import { cseqOf } from '../dialog.js'
import type { DialogClient } from '../dialog-client.js'
import type { Refusal } from '../refuse-request.js'
import { type Reply, respond } from '../reply.js'
import { type ReferRequest, readRefer } from './incoming-refer.js'
import { ReferNotifier } from './refer-notifier.js'
import { ReferRequests } from './refer-requests.js'

/** What transfers need from the call. */
export interface TransfersHost {
  /** A peer asks us to call somebody. */
  referred(refer: IncomingRefer): void
  /** The last subscription of the peer is over. */
  idle(): void
}

/** Transfers inside of one dialog, asked for by either side (RFC 3515). */
export class Transfers {
  private readonly requests: ReferRequests
  private readonly notifiers = new Set<ReferNotifier>()
  private taken = 0

  constructor(
    private readonly context: UserAgentContext,
    private readonly client: DialogClient,
    private readonly host: TransfersHost,
  ) {
    this.requests = new ReferRequests(context, client)
  }

  /** Whether the peer still waits to hear of a transfer. */
  get busy(): boolean {
    return this.notifiers.size > 0
  }

  refer(target: string, headers: HeaderFields): Promise<ReferOutcome> {
    return this.requests.send(target, headers)
  }

  /** REFER of the peer. @returns a refusal when nothing comes of it */
  received(request: SipRequest, transaction: ServerTransaction): Refusal | undefined {
    const refer = readRefer(request)
    if ('status' in refer) return refer
    this.host.referred(this.incoming(refer, transaction))
    return undefined
  }

  /** NOTIFY of the peer. */
  notified(request: SipRequest): Refusal {
    const status = this.requests.notify(request)
    return status === 489 ? { status, headers: { 'Allow-Events': 'refer' } } : { status }
  }

  /** The call is over: the peer has no more to tell. What it wants to hear of its own transfers still goes out. */
  callEnded(): void {
    this.requests.close()
  }

  close(): void {
    this.requests.close()
    for (const notifier of [...this.notifiers]) notifier.close()
  }

  private incoming(
    { target, referredBy, subscribes }: ReferRequest,
    transaction: ServerTransaction,
  ): IncomingRefer {
    let open = true
    const answer = (status: number, headers: HeaderFields): boolean => {
      if (!open) return false
      open = false
      this.reply(transaction, status, { headers })
      return true
    }
    return {
      target,
      referredBy,
      accept: () => {
        const silence = subscribes ? {} : { 'Refer-Sub': 'false' }
        const headers = { ...silence, Contact: this.client.contact }
        if (!answer(202, headers) || !subscribes) return { progress: () => {} }
        const notifier = this.notifier(cseqOf(transaction.request))
        return { progress: (status) => notifier.progress(status) }
      },
      reject: (status) => void answer(status >= 300 && status < 700 ? status : 603, {}),
    }
  }

  private notifier(cseq: number): ReferNotifier {
    // Only from the second transfer on does the event need an id (RFC 3515 §2.4.6), which some phones cannot read.
    const id = ++this.taken > 1 ? cseq : undefined
    const notifier: ReferNotifier = new ReferNotifier(this.context, this.client, id, () => {
      this.notifiers.delete(notifier)
      if (!this.busy) this.host.idle()
    })
    this.notifiers.add(notifier)
    notifier.progress(100) // RFC 3515 §2.4.4: the first one goes out at once
    return notifier
  }

  private reply(transaction: ServerTransaction, status: number, reply: Reply): void {
    respond(this.context, transaction, status, { ...reply, toTag: this.client.dialog.localTag })
  }
}
