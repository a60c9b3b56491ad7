import { randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.js'
import { type Log, silentLog } from '../../base/log.js'
import type { SipMessage } from '../message.js'
import type { SipParseError } from '../parse-error.js'
import { reasonPhrase } from '../reason-phrases.js'
import { defaultTimers, type TimerValues } from '../timers.js'
import type { TransactionLayer, TransactionUser } from '../transaction.js'
import type { SipPeer, SipTransport } from '../transport.js'
import { ClientTransactions } from './client-transactions.js'
import { refusal, ServerTransactions } from './server-transactions.js'

/** What a transaction layer is made of. */
export interface TransactionLayerOptions {
  readonly transport: SipTransport
  readonly clock: Clock
  readonly user: TransactionUser
  /** Random bytes for branches; node:crypto's when absent. */
  readonly random?: (bytes: number) => Buffer
  /** RFC 3261's when absent. */
  readonly timers?: TimerValues
  /** ms after which an INVITE gets its 100 unless the user responded; default 200, 0: at once. */
  readonly tryingAfterMs?: number
  /** Server transactions at one time; beyond, requests get 503. Default 10,000. */
  readonly maxTransactions?: number
  /** Seconds in the Retry-After of that 503; default 5. */
  readonly retryAfterSeconds?: number
  /** Answers 482 to a request that arrived already by another way (RFC 3261 §8.2.2.2); default true. */
  readonly rejectMerged?: boolean
  readonly log?: Log
}

/** The transaction layer as the transport feeds it. */
export interface FedTransactionLayer extends TransactionLayer {
  /** A valid message from the transport. */
  receive(message: SipMessage, peer: SipPeer): void
  /** A message that did not parse: refused when it is a request that can be answered. */
  receiveMalformed(error: SipParseError, peer: SipPeer): void
  /** Transactions alive, both sides. */
  readonly size: number
}

/** Makes the transaction layer (RFC 3261 §17 with RFC 6026). Feed it with `receive` from the transport. */
export function createTransactionLayer(options: TransactionLayerOptions): FedTransactionLayer {
  const { transport, clock, user, timers = defaultTimers } = options
  const clients = new ClientTransactions({ transport, clock, timers, random: options.random ?? randomBytes })
  const servers = new ServerTransactions({
    transport,
    clock,
    user,
    timers,
    log: options.log ?? silentLog,
    tryingAfterMs: options.tryingAfterMs ?? 200,
    maxTransactions: options.maxTransactions ?? 10_000,
    retryAfterSeconds: options.retryAfterSeconds ?? 5,
    rejectMerged: options.rejectMerged ?? true,
  })
  return {
    send: (request, peer, listener) => clients.send(request, peer, listener),
    sendAck: (request, peer) => transport.send(clients.withVia(request, peer), peer),
    receive: (message, peer) => {
      if (message.kind === 'request') servers.receive(message, peer)
      else clients.receive(message, peer)
    },
    receiveMalformed: (error, peer) => {
      const { request, status, message } = error
      if (request) transport.send(refusal(request, status, {}, `${reasonPhrase(status)}: ${message}`), peer)
    },
    get size() {
      return clients.size + servers.size
    },
    close: () => {
      clients.close()
      servers.close()
    },
  }
}
