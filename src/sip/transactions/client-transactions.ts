import type { Clock } from '../../base/clock.js'
import type { HeaderFields } from '../build.js'
import { HeaderList } from '../headers.js'
import type { SipRequest, SipResponse } from '../message.js'
import type { TimerValues } from '../timers.js'
import type { ClientTransaction, ClientTransactionListener } from '../transaction.js'
import type { SipPeer, SipTransport } from '../transport.js'
import { formatVia, magicCookie } from '../via.js'
import { ackOf, cancelOf } from './companion-requests.js'
import { InviteClientMachine } from './invite-client.js'
import { NonInviteClientMachine } from './non-invite-client.js'
import { clientKey } from './transaction-key.js'

/** How client transactions behave. */
export interface ClientTransactionOptions {
  readonly transport: SipTransport
  readonly clock: Clock
  readonly timers: TimerValues
  /** Random bytes for branches. */
  readonly random: (bytes: number) => Buffer
}

type Machine = InviteClientMachine | NonInviteClientMachine

/** The client side of the transaction layer. */
export class ClientTransactions {
  private readonly entries = new Map<
    string,
    { machine: Machine; respond(response: SipResponse, peer: SipPeer): void }
  >()

  constructor(private readonly options: ClientTransactionOptions) {}

  get size(): number {
    return this.entries.size
  }

  send(request: SipRequest, peer: SipPeer, listener: ClientTransactionListener): ClientTransaction {
    const sent = this.withVia(request, peer)
    return sent.method === 'INVITE' ? this.invite(sent, peer, listener) : this.plain(sent, peer, listener)
  }

  /** The request with a top Via of this end, whose branch is new. */
  withVia(request: SipRequest, peer: SipPeer): SipRequest {
    const via = formatVia({
      protocol: 'SIP/2.0',
      transport: peer.transport.toUpperCase(),
      ...this.options.transport.localAddress(peer),
      params: new Map([
        ['rport', undefined],
        ['branch', magicCookie + this.options.random(12).toString('hex')],
      ]),
    })
    const headers = new HeaderList(request.headers.entries())
    headers.prepend('Via', via)
    return { ...request, headers }
  }

  /** A response: to its transaction, or dropped when it has none. */
  receive(response: SipResponse, peer: SipPeer): void {
    // More than one Via: it was meant for a proxy (RFC 3261 §8.1.3.3).
    if (response.headers.getAll('Via').length !== 1) return
    this.entries.get(clientKey(response))?.respond(response, peer)
  }

  close(): void {
    for (const { machine } of this.entries.values()) machine.stop()
    this.entries.clear()
  }

  private plain(request: SipRequest, peer: SipPeer, listener: ClientTransactionListener): ClientTransaction {
    const { transport, clock, timers } = this.options
    let from = peer
    const machine: NonInviteClientMachine = new NonInviteClientMachine(
      clock,
      timers,
      transport.isReliable(peer),
      {
        sendRequest: () => transport.send(request, peer, () => machine.transportFailed()),
        deliver: (response) => listener.response(response, from),
        failed: (reason) => listener.failed(reason),
        terminated: () => this.entries.delete(clientKey(request)),
      },
    )
    this.register(request, machine, (source) => {
      from = source
    })
    return { request, cancel: () => {} }
  }

  private invite(request: SipRequest, peer: SipPeer, listener: ClientTransactionListener): ClientTransaction {
    const { transport, clock, timers } = this.options
    let from = peer
    let cancel: 'no' | 'wanted' | 'sent' = 'no'
    let cancelHeaders: HeaderFields = {}
    const cancelIfPossible = () => {
      if (cancel !== 'wanted' || machine.state !== 'proceeding') return
      cancel = 'sent'
      machine.cancelled()
      this.plain(cancelOf(request, cancelHeaders), peer, { response: () => {}, failed: () => {} })
    }
    const machine: InviteClientMachine = new InviteClientMachine(clock, timers, transport.isReliable(peer), {
      sendRequest: () => transport.send(request, peer, () => machine.transportFailed()),
      sendAck: (response) => transport.send(ackOf(request, response), peer, () => machine.transportFailed()),
      deliver: (response) => {
        listener.response(response, from)
        cancelIfPossible()
      },
      failed: (reason) => listener.failed(reason),
      terminated: () => this.entries.delete(clientKey(request)),
    })
    this.register(request, machine, (source) => {
      from = source
    })
    return {
      request,
      cancel: (headers = {}) => {
        if (cancel === 'no') {
          cancel = 'wanted'
          cancelHeaders = headers
        }
        cancelIfPossible()
      },
    }
  }

  private register(request: SipRequest, machine: Machine, from: (peer: SipPeer) => void): void {
    this.entries.set(clientKey(request), {
      machine,
      respond: (response, peer) => {
        from(peer)
        machine.receive(response)
      },
    })
    machine.start()
  }
}
