import type { SipMessage } from './message.js'

export type TransportName = 'udp' | 'tcp' | 'tls'

/**
 * Where a message came from or goes to. `connection` names an open TCP or TLS connection to be reused; for UDP, the
 * local socket. Keep it in answers and within a dialog; leave it out to reach an address in any way.
 */
export interface SipPeer {
  readonly transport: TransportName
  readonly address: string
  readonly port: number
  readonly connection?: string
  /** Name or address that the peer's certificate has to be for (RFC 5922 §7.1), TLS only; `address` when absent. */
  readonly domain?: string
}

/** The transport layer (RFC 3261 §18), all protocols together. Injected: tests use one without sockets. */
export interface SipTransport {
  /** Whether `peer` is reached reliably: the transaction timers A, E and G stay off then. */
  isReliable(peer: SipPeer): boolean
  /** Sends; `failed` is called when the transport reports that it could not. Never throws. */
  send(message: SipMessage, peer: SipPeer, failed?: (error: Error) => void): void
  /** `host:port` that this end writes into Via and Contact when it talks to `peer`. */
  localAddress(peer: SipPeer): { readonly host: string; readonly port: number }
  close(): Promise<void>
}
