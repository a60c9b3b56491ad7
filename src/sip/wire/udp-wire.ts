import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { messageOf, ParleyError } from '../../base/errors.js'
import { formatHostPort } from '../host-port.js'
import { type Ingress, markOrigin, markOriginIfPossible } from '../ingress.js'
import type { SipMessage } from '../message.js'
import { SipParseError } from '../parse-error.js'
import { type ParseOptions, parseMessage } from '../parse-message.js'
import type { SipPeer } from '../transport.js'

/** An address to listen on. */
export interface BoundAddress {
  readonly host: string
  readonly port: number
}

/** One UDP socket. IPv6 sockets take no IPv4: bind one of each for both. */
export class UdpWire {
  private readonly socket: Socket
  private bound: BoundAddress

  constructor(
    listen: BoundAddress,
    private readonly ingress: Ingress,
    private readonly limits: ParseOptions = {},
  ) {
    this.bound = listen
    this.socket = isIPv6(listen.host) ? createSocket({ type: 'udp6', ipv6Only: true }) : createSocket('udp4')
    this.socket.on('message', (bytes, from) =>
      this.receive(bytes, { address: from.address, port: from.port }),
    )
  }

  /** @throws ParleyError `sip_listen_failed` */
  async start(): Promise<void> {
    const { host, port } = this.bound
    await new Promise<void>((resolve, reject) => {
      this.socket.once('error', (error) => {
        const detail = `UDP ${formatHostPort(this.bound)} cannot be bound: ${messageOf(error)}`
        reject(new ParleyError('sip_listen_failed', detail, { cause: error }))
      })
      this.socket.bind({ address: host, port, exclusive: true }, resolve)
    })
    this.socket.removeAllListeners('error')
    // Errors of single packets come back through `send`; the socket itself goes on.
    this.socket.on('error', () => {})
    const { address, port: boundPort } = this.socket.address()
    this.bound = { host: address, port: boundPort }
  }

  /** Where this socket listens; the real port where 0 was asked for. */
  get address(): BoundAddress {
    return this.bound
  }

  /** The name that `SipPeer.connection` carries for packets of this socket. */
  get name(): string {
    return `udp:${formatHostPort(this.bound)}`
  }

  send(bytes: Buffer, peer: SipPeer, failed?: (error: Error) => void): void {
    try {
      this.socket.send(bytes, peer.port, peer.address, (error) => {
        if (error) failed?.(error)
      })
    } catch (error) {
      // Port 0 or a closed socket throws at once.
      queueMicrotask(() => failed?.(error instanceof Error ? error : new Error(String(error))))
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      try {
        this.socket.close(resolve)
      } catch {
        resolve() // was closed already
      }
    })
  }

  private receive(bytes: Buffer, from: { address: string; port: number }): void {
    if (!looksLikeSip(bytes) || from.port === 0) return
    const peer: SipPeer = { transport: 'udp', ...from, connection: this.name }
    let message: SipMessage
    try {
      message = parseMessage(bytes, { ...this.limits, framing: 'datagram' })
      if (message.kind === 'request') markOrigin(message, peer)
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error
      if (error.request) markOriginIfPossible(error.request, peer)
      this.ingress.malformed(error, peer)
      return
    }
    this.ingress.message(message, peer)
  }
}

/** False for keep-alives (RFC 5626 §3.5: CRLFs, STUN) and other binary packets: they are ignored without a word. */
function looksLikeSip(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if (byte !== 0x0d && byte !== 0x0a) return byte > 0x20 && byte < 0x7f
  }
  return false
}
