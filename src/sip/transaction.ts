import type { HeaderFields } from './build.js'
import type { SipRequest, SipResponse } from './message.js'
import type { SipPeer } from './transport.js'

/** What the transaction layer asks its user for (RFC 3261 §17). */
export interface TransactionUser {
  /** A new request, once: retransmissions are absorbed. ACK for a 2xx comes here too, with no `transaction`. */
  request(request: SipRequest, peer: SipPeer, transaction: ServerTransaction | undefined): void
}

/** Server side of one request. */
export interface ServerTransaction {
  readonly request: SipRequest
  readonly peer: SipPeer
  /**
   * Sends a response; provisional ones any number of times, then one final. For a 2xx to INVITE the transaction
   * ends (RFC 3261 §13.3.1.4): retransmitting it until the ACK is the user's work.
   */
  respond(response: SipResponse): void
  /** Called at most once: a CANCEL matched this INVITE before its final response (its own 200 is sent already). */
  onCancel?: () => void
  /** Called at most once: no ACK came (timer H), or the transport failed. */
  onFailure?: (reason: 'timeout' | 'transport') => void
}

/** Client side of one request. */
export interface ClientTransaction {
  readonly request: SipRequest
  /** Sends CANCEL once a provisional response has come (RFC 3261 §9.1). INVITE only. @param headers of the CANCEL */
  cancel(headers?: HeaderFields): void
}

/** What a client transaction reports. */
export interface ClientTransactionListener {
  /** Provisional responses, then one final; further 2xx of a forked INVITE too. ACK of a non-2xx is sent already. */
  response(response: SipResponse, peer: SipPeer): void
  /** Timer B or F ran out, or the transport failed; nothing follows. */
  failed(reason: 'timeout' | 'transport'): void
}

/** The transaction layer. */
export interface TransactionLayer {
  /** Adds the top Via with a fresh branch and sends; retransmits by RFC 3261's timers on unreliable transports. */
  send(request: SipRequest, peer: SipPeer, listener: ClientTransactionListener): ClientTransaction
  /** Sends a request that has no transaction: the ACK of a 2xx. Adds the Via. */
  sendAck(request: SipRequest, peer: SipPeer): void
  /** Stops all timers. */
  close(): void
}
