import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net'
import { messageOf, ParleyError } from '../../base/errors.js'
import { formatHostPort } from '../host-port.js'
import { type Ingress, sameAddress } from '../ingress.js'
import type { SipPeer, TransportName } from '../transport.js'
import { type ConnectionLimits, type RemoteEnd, StreamConnection } from './stream-connection.js'
import type { BoundAddress } from './udp-wire.js'

/** Limits of a listener and of what it opens. */
export interface StreamLimits extends ConnectionLimits {
  /** Open connections, both ways; further ones are refused. Default 4,096. */
  readonly maxConnections?: number
  /** ms to wait for a connection to open; default 5 s. */
  readonly connectTimeoutMs?: number
}

/** How sockets are made: plain TCP here, TLS in `TlsSockets`. */
export interface StreamSockets {
  readonly transport: TransportName
  /** Event of a socket that says that it can be written to. */
  readonly ready: 'connect' | 'secureConnect'
  /** @param accept gets sockets that are ready */
  listen(accept: (socket: Socket) => void): Server
  /** @throws the system's error for a port or an address that cannot be */
  connect(remote: RemoteEnd, localAddress: string | undefined): Socket
  /** Cuts off who has connected and is not ready. */
  abandon?(): void
}

/** Plain TCP. */
const tcpSockets: StreamSockets = {
  transport: 'tcp',
  ready: 'connect',
  listen: (accept) => createServer({ noDelay: true }, accept),
  connect: ({ address, port }, localAddress) =>
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
    this.server.maxConnections = this.maxConnections
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
    this.sockets.abandon?.()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  private find(peer: SipPeer): StreamConnection | undefined {
    const named = peer.connection === undefined ? undefined : this.connections.get(peer.connection)
    if (named?.usable) return named
    for (const connection of this.connections.values()) {
      if (connection.usable && leadsTo(connection, peer)) return connection
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
      socket = this.sockets.connect(peer, wildcard ? undefined : this.bound.host)
    } catch {
      return undefined // a port or an address that cannot be
    }
    const timer = setTimeout(
      () => socket.destroy(new Error('Connecting took too long')),
      this.limits.connectTimeoutMs ?? 5_000,
    )
    socket.once(this.sockets.ready, () => clearTimeout(timer))
    socket.once('close', () => clearTimeout(timer))
    const { address, port, domain } = peer
    return this.adopt(socket, { address, port, ...(domain !== undefined && { domain }) })
  }

  private adopt(socket: Socket, remote: RemoteEnd): StreamConnection {
    const name = `${this.transport}:${formatHostPort(this.bound)}#${++this.opened}`
    const connection = new StreamConnection(socket, this.transport, name, remote, this.ingress, this.limits)
    this.connections.set(name, connection)
    socket.on('error', () => {}) // 'close' follows
    socket.on('close', () => this.connections.delete(name))
    return connection
  }
}

/** An encrypted connection counts for the domain alone whose certificate was checked when it was opened (RFC 5923 §8). */
function leadsTo(connection: StreamConnection, { address, port, domain }: SipPeer): boolean {
  const { peer } = connection
  const known = domain === undefined || domain === peer.domain
  return known && port === peer.port && sameAddress(address, peer.address)
}

function once(failed: ((error: Error) => void) | undefined): (error: Error) => void {
  let called = false
  return (error) => {
    if (!called) failed?.(error)
    called = true
  }
}
