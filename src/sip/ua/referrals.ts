import type { HeaderFields } from '../build.js'
import type { IncomingRefer, ReferOutcome } from '../call.js'
import type { SipRequest } from '../message.js'
import { parseNameAddr } from '../name-addr.js'
import { SipParseError } from '../parse-error.js'
import { reasonPhrase } from '../reason-phrases.js'
import type { ServerTransaction } from '../transaction.js'
import { mediaType } from './body.js'
import { cseqOf } from './dialog.js'
import type { DialogClient } from './dialog-client.js'
import type { Reply } from './reply.js'

/** What REFER needs from the call around it. */
export interface ReferralsHost {
  /** A peer asks us to call somebody. */
  referred(refer: IncomingRefer): void
  reply(transaction: ServerTransaction, status: number, reply?: Reply): void
}

/** A REFER of ours whose outcome is not known yet. */
interface Pending {
  readonly status: number
  notified: number | undefined
  readonly resolve: (outcome: ReferOutcome) => void
}

/** Seconds that a peer is told it may be kept waiting for news. */
const subscriptionSeconds = 180

/** REFER in a dialog, both ways, with the subscription that each one implies (RFC 3515). */
export class Referrals {
  private pending: Pending | undefined
  private over = false

  constructor(
    private readonly client: DialogClient,
    private readonly host: ReferralsHost,
  ) {}

  /** Asks the peer to call `target`; at most one at a time. */
  refer(target: string, headers: HeaderFields): Promise<ReferOutcome> {
    if (this.over || this.pending)
      return Promise.resolve({ status: this.over ? 481 : 491, notified: undefined })
    return new Promise((resolve) => {
      this.pending = { status: 0, notified: undefined, resolve }
      const fields = { ...this.client.dialogHeaders, 'Refer-To': `<${target}>`, ...headers }
      this.client.send('REFER', fields, '', {
        final: ({ status }) => this.answered(status),
        failed: () => this.settle({ status: 408, notified: undefined }),
      })
    })
  }

  /** NOTIFY: how the call that we asked for goes on. */
  notified(request: SipRequest, transaction: ServerTransaction): void {
    const { headers } = request
    const event = headers.get('Event')?.split(';')[0]?.trim().toLowerCase()
    if (event !== 'refer' || !this.pending) return this.host.reply(transaction, 481)
    this.host.reply(transaction, 200)
    this.pending.notified = fragmentStatus(request) ?? this.pending.notified
    const { notified } = this.pending
    const ended = headers.get('Subscription-State')?.trim().toLowerCase().startsWith('terminated')
    if (ended || (notified !== undefined && notified >= 200))
      this.settle({ status: this.pending.status || 202, notified })
  }

  /** REFER: the peer wants us to call somebody. */
  referred(request: SipRequest, transaction: ServerTransaction): void {
    const target = referTarget(request)
    if (target === undefined)
      return this.host.reply(transaction, 400, { reason: 'Refer-To is missing or not valid' })
    // RFC 4488: a peer may do without news.
    const quiet = request.headers.get('Refer-Sub')?.trim().toLowerCase() === 'false'
    let answered = false
    const answer = (status: number, headers: HeaderFields = {}): void => {
      if (!answered) this.host.reply(transaction, status, { headers })
      answered = true
    }
    this.host.referred({
      target,
      referredBy: request.headers.get('Referred-By') ?? '',
      accept: () => {
        answer(202, { ...this.client.dialogHeaders, ...(quiet && { 'Refer-Sub': 'false' }) })
        const id = cseqOf(request)
        const progress = quiet ? () => {} : (status: number) => this.tell(id, status)
        progress(100)
        return { progress }
      },
      reject: (status) => answer(status >= 300 && status < 700 ? status : 603),
    })
  }

  /** The call is over: whoever waits hears what is known. */
  close(): void {
    this.over = true
    if (this.pending) this.settle({ status: this.pending.status || 481, notified: this.pending.notified })
  }

  private answered(status: number): void {
    if (!this.pending) return
    if (status >= 300) this.settle({ status, notified: this.pending.notified })
    else this.pending = { ...this.pending, status }
  }

  private settle(outcome: ReferOutcome): void {
    const { pending } = this
    this.pending = undefined
    pending?.resolve(outcome)
  }

  private tell(id: number, status: number): void {
    if (this.over) return
    const final = status >= 200
    const headers = {
      ...this.client.dialogHeaders,
      Event: `refer;id=${id}`,
      'Subscription-State': final ? 'terminated;reason=noresource' : `active;expires=${subscriptionSeconds}`,
      'Content-Type': 'message/sipfrag;version=2.0',
    }
    const fragment = `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`
    this.client.send('NOTIFY', headers, fragment, { final() {}, failed() {} })
  }
}

/** Status in a `message/sipfrag` (RFC 3420). */
function fragmentStatus({ headers, body }: SipRequest): number | undefined {
  if (mediaType(headers.get('Content-Type') ?? '') !== 'message/sipfrag') return undefined
  const status = /^SIP\/2\.0\s+([1-6]\d\d)\b/.exec(body.toString('latin1'))?.[1]
  return status === undefined ? undefined : Number(status)
}

function referTarget({ headers }: SipRequest): string | undefined {
  const values = headers.getAll('Refer-To')
  if (values.length !== 1) return undefined
  try {
    return parseNameAddr(values[0]!).uri
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}
