import { createHash } from 'node:crypto'
import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import { createResponse } from '../build.js'
import type { SipRequest, SipResponse } from '../message.js'
import { tagOf } from '../name-addr.js'
import type { TimerValues } from '../timers.js'
import type { ServerTransaction, TransactionUser } from '../transaction.js'
import type { SipPeer, SipTransport } from '../transport.js'
import { InviteServerMachine } from './invite-server.js'
import { NonInviteServerMachine } from './non-invite-server.js'
import { mergeKey, serverKey } from './transaction-key.js'

/** How server transactions behave. */
export interface ServerTransactionOptions {
  readonly transport: SipTransport
  readonly clock: Clock
  readonly user: TransactionUser
  readonly timers: TimerValues
  readonly log: Log
  /** ms after which an INVITE gets its 100 unless the user responded; 0: at once. */
  readonly tryingAfterMs: number
  /** Server transactions at one time; beyond, requests get 503. */
  readonly maxTransactions: number
  /** Seconds in the Retry-After of that 503. */
  readonly retryAfterSeconds: number
  /** Answers 482 to a request that arrived already by another way (RFC 3261 §8.2.2.2). */
  readonly rejectMerged: boolean
}

/** The server side of the transaction layer: finds the transaction of a request, or makes one. */
export class ServerTransactions {
  private readonly entries = new Map<string, Entry>()
  /** Merge keys of the requests outside dialogs, each with the key of its transaction. */
  private readonly originals = new Map<string, string>()

  constructor(private readonly options: ServerTransactionOptions) {}

  get size(): number {
    return this.entries.size
  }

  receive(request: SipRequest, peer: SipPeer): void {
    const key = serverKey(request)
    const entry = this.entries.get(key)
    if (request.method === 'ACK') this.acknowledge(request, peer, entry)
    else if (entry) entry.machine.retransmitted()
    else if (request.method === 'CANCEL') this.cancel(request, peer, key)
    else if (this.entries.size >= this.options.maxTransactions) this.shed(request, peer)
    else this.open(request, peer, key)
  }

  close(): void {
    for (const entry of this.entries.values()) entry.machine.stop()
    this.entries.clear()
    this.originals.clear()
  }

  private open(request: SipRequest, peer: SipPeer, key: string): void {
    const merge = this.options.rejectMerged ? mergeKey(request) : undefined
    if (merge !== undefined && this.originals.has(merge)) {
      this.create(request, peer, key).respond(refusal(request, 482))
      return
    }
    const entry = this.create(request, peer, key, merge)
    if (entry.machine instanceof InviteServerMachine) entry.machine.start(this.options.tryingAfterMs)
    try {
      this.options.user.request(request, peer, entry)
    } catch (error) {
      this.options.log.error(
        { err: error, code: 'internal_error' },
        `Handling ${request.method} failed: ${messageOf(error)}`,
      )
      entry.respond(refusal(request, 500))
    }
  }

  private create(request: SipRequest, peer: SipPeer, key: string, merge?: string): Entry {
    if (merge !== undefined) this.originals.set(merge, key)
    const entry = new Entry(request, peer, this.options, () => {
      this.entries.delete(key)
      if (merge !== undefined) this.originals.delete(merge)
    })
    this.entries.set(key, entry)
    return entry
  }

  /** An ACK belongs to a refused INVITE, or it is a request of its own (of a 2xx), or stray: the user can tell. */
  private acknowledge(ack: SipRequest, peer: SipPeer, entry: Entry | undefined): void {
    const machine = entry?.machine
    if (machine instanceof InviteServerMachine && machine.state !== 'accepted') machine.acknowledged()
    else this.options.user.request(ack, peer, undefined)
  }

  private cancel(request: SipRequest, peer: SipPeer, key: string): void {
    const invite = this.entries.get(serverKey(request, 'INVITE'))
    const answer = invite
      ? createResponse(request, 200, undefined, { toTag: invite.localTag ?? statelessTag(request) })
      : refusal(request, 481)
    if (this.entries.size < this.options.maxTransactions) this.create(request, peer, key).respond(answer)
    else this.options.transport.send(answer, peer)
    invite?.cancel()
  }

  private shed(request: SipRequest, peer: SipPeer): void {
    const headers = { 'Retry-After': String(this.options.retryAfterSeconds) }
    this.options.transport.send(refusal(request, 503, headers), peer)
  }
}

/** One server transaction as its user sees it. */
class Entry implements ServerTransaction {
  readonly machine: InviteServerMachine | NonInviteServerMachine
  onCancel?: () => void
  onFailure?: (reason: 'timeout' | 'transport') => void
  /** Tag of this end, once a response has carried one. */
  localTag: string | undefined
  private cancelled = false

  constructor(
    readonly request: SipRequest,
    readonly peer: SipPeer,
    options: ServerTransactionOptions,
    terminated: () => void,
  ) {
    const { transport, clock, timers } = options
    const actions = {
      send: (response: SipResponse) => transport.send(response, peer, () => this.machine.transportFailed()),
      trying: () => createResponse(request, 100),
      failed: (reason: 'timeout' | 'transport') => this.onFailure?.(reason),
      terminated,
    }
    const Machine = request.method === 'INVITE' ? InviteServerMachine : NonInviteServerMachine
    this.machine = new Machine(clock, timers, transport.isReliable(peer), actions)
  }

  respond(response: SipResponse): void {
    this.localTag ??= tagOf(response.headers.get('To'))
    this.machine.respond(response)
  }

  /** A CANCEL came. After the final response it changes nothing (RFC 3261 §9.2). */
  cancel(): void {
    if (this.cancelled || this.machine.state !== 'proceeding') return
    this.cancelled = true
    this.onCancel?.()
  }
}

/** A response that this layer gives by itself. */
export function refusal(
  request: SipRequest,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  reason?: string,
): SipResponse {
  return createResponse(request, status, reason, { toTag: statelessTag(request), headers })
}

/** A To tag that comes out the same for each retransmission (§8.2.7). */
function statelessTag(request: SipRequest): string {
  const { headers } = request
  const what = `${headers.get('Via')}|${headers.get('From')}|${headers.get('Call-ID')}`
  return createHash('sha256').update(what).digest('hex').slice(0, 16)
}
