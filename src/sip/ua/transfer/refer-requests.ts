import type { Timer } from '../../../base/clock.js'
import type { HeaderFields } from '../../build.js'
import type { ReferOutcome } from '../../call.js'
import type { SipRequest, SipResponse } from '../../message.js'
import { checkUri } from '../../uri.js'
import type { UserAgentContext } from '../context.js'
import { cseqOf } from '../dialog.js'
import type { DialogClient } from '../dialog-client.js'
import { type ReferEvent, referEvent, subscriptionState } from './refer-event.js'
import { sipfragStatus } from './sipfrag.js'

/** A REFER of ours that is not settled. */
interface Pending {
  cseq: number
  /** Status of the response to it; undefined before. */
  status: number | undefined
  notified: number | undefined
  /** Whether the peer has said its last. */
  told: boolean
  timer: Timer | undefined
  readonly resolve: (outcome: ReferOutcome) => void
}

/** Seconds that a transfer may go on without a word, where the peer does not say. */
const defaultExpires = 180
const longestExpires = 600

/** Transfers that this end asks for: REFER, and the NOTIFYs that tell how it goes on (RFC 3515 §2.4). */
export class ReferRequests {
  private readonly pending = new Set<Pending>()

  constructor(
    private readonly context: UserAgentContext,
    private readonly client: DialogClient,
  ) {}

  /**
   * Resolves when the peer has told a final status, has ended the subscription, or has fallen silent.
   * @throws SipParseError for a target that is no URI
   */
  async send(target: string, headers: HeaderFields): Promise<ReferOutcome> {
    checkUri(target)
    return new Promise((resolve) => {
      const one: Pending = {
        cseq: 0,
        status: undefined,
        notified: undefined,
        told: false,
        timer: undefined,
        resolve,
      }
      this.pending.add(one)
      const { client } = this
      const fields: HeaderFields = {
        'Referred-By': `<${client.dialog.localUri}>`,
        ...headers,
        Contact: client.contact,
        'Refer-To': `<${target}>`,
      }
      client.send('REFER', fields, '', {
        sent: (request) => {
          one.cseq = cseqOf(request)
        },
        final: (response) => this.answered(one, response),
        failed: () => this.settle(one, 408),
      })
    })
  }

  /** A NOTIFY of the peer. @returns the status to answer it with */
  notify(request: SipRequest): number {
    const event = referEvent(request.headers)
    if (!event) return 489
    const one = this.find(event)
    if (!one) return 481
    const { terminated, expires } = subscriptionState(request.headers)
    one.notified = sipfragStatus(request) ?? one.notified
    one.told = terminated || (one.notified ?? 0) >= 200
    if (one.told) this.settleIfAnswered(one)
    else this.wait(one, Math.min(expires ?? defaultExpires, longestExpires) * 1000)
    return 200
  }

  /** The call is over: what is known by now is all that will be. */
  close(): void {
    for (const one of [...this.pending]) this.settle(one, one.status ?? 481)
  }

  private answered(one: Pending, response: SipResponse): void {
    one.status = response.status
    // Without a subscription (RFC 4488) nobody tells what becomes of it.
    const silent = response.headers.get('Refer-Sub')?.trim().toLowerCase() === 'false'
    if (response.status >= 300 || silent) this.settle(one, response.status)
    else if (one.told) this.settleIfAnswered(one)
    else if (!one.timer) this.wait(one, 64 * this.context.options.timers.t1)
  }

  /** A NOTIFY may overtake the 202. */
  private settleIfAnswered(one: Pending): void {
    if (one.status !== undefined) this.settle(one, one.status)
  }

  private wait(one: Pending, ms: number): void {
    one.timer?.cancel()
    one.timer = this.context.clock.after(ms, () => this.settle(one, one.status ?? 408))
  }

  private settle(one: Pending, status: number): void {
    if (!this.pending.delete(one)) return
    one.timer?.cancel()
    one.resolve({ status, notified: one.notified })
  }

  private find({ id }: ReferEvent): Pending | undefined {
    for (const one of this.pending) if (id === undefined || id === one.cseq) return one
    return undefined
  }
}
