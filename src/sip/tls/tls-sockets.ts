import { isIP, type Server, type Socket } from 'node:net'
import { connect, createSecureContext, createServer, type SecureContext, type TLSSocket } from 'node:tls'
import { type Log, silentLog } from '../../base/log.js'
import type { RemoteEnd } from '../wire/stream-connection.js'
import type { StreamSockets } from '../wire/stream-wire.js'
import { checkSipDomain } from './verify-domain.js'

/** What TLS works with; certificates and keys in PEM. */
export interface TlsSettings {
  readonly cert: string
  readonly key: string
  /** Whether `cert` is also shown to servers that ask for one. */
  readonly clientCert: boolean
  /** Authorities that are trusted, in place of the well-known ones. */
  readonly ca?: string | undefined
  /** Whether servers must have a trusted certificate for the domain called. */
  readonly verify: boolean
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
}

/** ms that a peer has for its handshake. */
const handshakeMs = 10_000

/** SIP over TLS (RFC 3261 §26.3.1): connections in both directions. */
export class TlsSockets implements StreamSockets {
  readonly transport = 'tls'
  readonly ready = 'secureConnect'
  private client: SecureContext
  private readonly servers = new Set<Server & { setSecureContext(settings: object): void }>()
  /** Connected, and in the middle of the handshake; by address and port. */
  private readonly greeting = new Map<string, Socket>()

  /** @throws the system's error when certificate and key are not valid, or do not belong together */
  constructor(
    private settings: TlsSettings,
    private readonly log: Log = silentLog,
  ) {
    this.client = clientContext(settings)
    createSecureContext(serverOptions(settings))
  }

  /** New connections use other certificates; those that are open go on. @throws as the constructor, and nothing changes */
  update(settings: TlsSettings): void {
    const client = clientContext(settings)
    createSecureContext(serverOptions(settings))
    this.settings = settings
    this.client = client
    for (const server of this.servers) server.setSecureContext(serverOptions(settings))
  }

  listen(accept: (socket: Socket) => void): Server {
    const options = { ...serverOptions(this.settings), handshakeTimeout: handshakeMs, noDelay: true }
    const server = createServer(options, (socket) => {
      this.greeting.delete(nameOf(socket))
      accept(socket)
    })
    this.servers.add(server)
    server.on('connection', (socket: Socket) => {
      const name = nameOf(socket)
      this.greeting.set(name, socket)
      socket.once('close', () => this.greeting.delete(name))
    })
    server.on('tlsClientError', (error, socket) => {
      this.log.debug({ err: error, address: socket.remoteAddress }, `TLS handshake failed: ${error.message}`)
    })
    server.once('close', () => this.servers.delete(server))
    return server
  }

  connect({ address, port, domain = address }: RemoteEnd, localAddress: string | undefined): Socket {
    const socket: TLSSocket = connect({
      host: address,
      port,
      ...(localAddress && { localAddress }),
      secureContext: this.client,
      servername: isIP(domain) > 0 ? '' : domain,
      rejectUnauthorized: this.settings.verify,
      checkServerIdentity: (_, certificate) => checkSipDomain(domain, certificate),
    })
    // What is written meanwhile would go out with the end of the handshake, before the certificate is looked at.
    socket.cork()
    socket.once(this.ready, () => socket.uncork())
    socket.once('error', (error) => {
      this.log.warn({ err: error, domain, address, port }, `TLS to ${domain} failed: ${error.message}`)
    })
    return socket
  }

  abandon(): void {
    for (const socket of this.greeting.values()) socket.destroy()
  }
}

function serverOptions({ cert, key, minVersion }: TlsSettings) {
  return { cert, key, minVersion }
}

function clientContext({ cert, key, clientCert, ca, minVersion }: TlsSettings): SecureContext {
  return createSecureContext({ minVersion, ...(clientCert && { cert, key }), ...(ca && { ca }) })
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
