import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net'
import { messageOf, ParleyError } from '../../base/errors.js'
import { formatHostPort } from '../host-port.js'
import { type Ingress, sameAddress } from '../ingress.js'
import type { SipPeer, TransportName } from '../transport.js'
import { type ConnectionLimits, StreamConnection } from './stream-connection.js'
import type { BoundAddress } from './udp-wire.js'

/** Limits of a listener and of what it opens. */
export interface StreamLimits extends ConnectionLimits {
  /** Open connections, both ways; further ones are refused. Default 4,096. */
  readonly maxConnections?: number
  /** ms to wait for a connection to open; default 5 s. */
  readonly connectTimeoutMs?: number
}

/** How sockets are made: plain TCP here, `tls.createServer` and `tls.connect` in the same place for TLS. */
export interface StreamSockets {
  readonly transport: TransportName
  listen(accept: (socket: Socket) => void): Server
  connect(address: string, port: number, localAddress: string | undefined): Socket
}

/** Plain TCP. */
export const tcpSockets: StreamSockets = {
  transport: 'tcp',
  listen: (accept) => createServer({ noDelay: true }, accept),
  connect: (address, port, localAddress) =>
    connect({ host: address, port, ...(localAddress && { localAddress }) }),
}

/** A listener for SIP over streams, and the connections in both directions, which are reused. */
export class StreamWire {
  private readonly server: Server
  private readonly connections = new Map<string, StreamConnection>()
  private readonly maxConnections: number
  private bound: BoundAddress
  private opened = 0
  private closed = false

  constructor(
    listen: BoundAddress,
    private readonly ingress: Ingress,
    private readonly limits: StreamLimits = {},
    private readonly sockets: StreamSockets = tcpSockets,
  ) {
    this.bound = listen
    this.maxConnections = limits.maxConnections ?? 4096
    this.server = sockets.listen((socket) => this.accept(socket))
  }

  get transport(): TransportName {
    return this.sockets.transport
  }

  /** @throws ParleyError `sip_listen_failed` */
  async start(): Promise<void> {
    const { host, port } = this.bound
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error) => {
        const at = `${this.transport.toUpperCase()} ${formatHostPort(this.bound)}`
        reject(
          new ParleyError('sip_listen_failed', `${at} cannot be bound: ${messageOf(error)}`, {
            cause: error,
          }),
        )
      })
      this.server.listen({ host, port, ipv6Only: isIPv6(host), exclusive: true }, resolve)
    })
    this.server.removeAllListeners('error')
    this.server.on('error', () => {}) // a failed accept (no descriptors left) is not the end
    const address = this.server.address()
    if (address !== null && typeof address === 'object')
      this.bound = { host: address.address, port: address.port }
  }

  /** Where this listens; the real port where 0 was asked for. */
  get address(): BoundAddress {
    return this.bound
  }

  /** Open connections. */
  get size(): number {
    return this.connections.size
  }

  /** Whether the connection that `peer` names is one of this wire's. */
  owns(peer: SipPeer): boolean {
    return peer.connection !== undefined && this.connections.has(peer.connection)
  }

  /** The local end of the connection to `peer`; undefined when there is none. */
  localOf(peer: SipPeer): string | undefined {
    return this.find(peer)?.socket.localAddress
  }

  /** Sends on the peer's connection, or on one to its address, which is opened when there is none. */
  send(bytes: Buffer, peer: SipPeer, failed?: (error: Error) => void): void {
    const connection = this.find(peer) ?? this.open(peer)
    if (connection) connection.write(bytes, once(failed))
    else queueMicrotask(() => failed?.(new Error('No further connection can be opened')))
  }

  async close(): Promise<void> {
    this.closed = true
    for (const connection of this.connections.values()) connection.end()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  private find(peer: SipPeer): StreamConnection | undefined {
    const named = peer.connection === undefined ? undefined : this.connections.get(peer.connection)
    if (named?.usable) return named
    for (const connection of this.connections.values()) {
      const same = connection.peer.port === peer.port && sameAddress(connection.peer.address, peer.address)
      if (same && connection.usable) return connection
    }
    return undefined
  }

  private accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    if (this.closed || this.connections.size >= this.maxConnections || !remoteAddress || !remotePort) {
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    this.adopt(socket, { address: remoteAddress, port: remotePort })
  }

  private open(peer: SipPeer): StreamConnection | undefined {
    if (this.closed || this.connections.size >= this.maxConnections) return undefined
    const wildcard = this.bound.host === '0.0.0.0' || this.bound.host === '::'
    let socket: Socket
    try {
      socket = this.sockets.connect(peer.address, peer.port, wildcard ? undefined : this.bound.host)
    } catch {
      return undefined // a port or an address that cannot be
    }
    const timer = setTimeout(
      () => socket.destroy(new Error('Connecting took too long')),
      this.limits.connectTimeoutMs ?? 5_000,
    )
    socket.once('connect', () => clearTimeout(timer))
    socket.once('close', () => clearTimeout(timer))
    return this.adopt(socket, { address: peer.address, port: peer.port })
  }

  private adopt(
    socket: Socket,
    remote: { readonly address: string; readonly port: number },
  ): StreamConnection {
    const name = `${this.transport}:${formatHostPort(this.bound)}#${++this.opened}`
    const connection = new StreamConnection(socket, this.transport, name, remote, this.ingress, this.limits)
    this.connections.set(name, connection)
    socket.on('error', () => {}) // 'close' follows
    socket.on('close', () => this.connections.delete(name))
    return connection
  }
}

function once(failed: ((error: Error) => void) | undefined): (error: Error) => void {
  let called = false
  return (error) => {
    if (!called) failed?.(error)
    called = true
  }
}
