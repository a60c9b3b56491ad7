import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { lookup } from 'node:dns'
import { isIP, isIPv6 } from 'node:net'

/** An address packets come from or go to. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** A bound UDP port as media sees it. SRTP is one that wraps another (`SecureSockets`). */
export interface MediaSocket {
  readonly local: Endpoint
  /** Packets that could not be sent. */
  readonly sendErrors: number
  /**
   * Sends without waiting or throwing. The system may take the bytes a little later: leave `packet` alone for some
   * 100 ms.
   */
  send(packet: Uint8Array, length: number, to: Endpoint): void
  /** Says who takes the packets that arrive; one at a time. */
  onPacket(handler: (packet: Uint8Array, from: Endpoint) => void): void
  /** Resolves when the port is free again. */
  close(): Promise<void>
}

/**
 * Binds a UDP port.
 * @param address own IPv4 or IPv6 address; `::` takes both families
 * @throws the system's error, EADDRINUSE among them
 */
export function bindUdp(address: string, port: number): Promise<MediaSocket> {
  const type = isIPv6(address) ? 'udp6' : 'udp4'
  const socket = createSocket({ type, lookup: lookupAtOnce as unknown as typeof lookup })
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind(port, address, () => {
      socket.removeAllListeners('error')
      resolve(new UdpSocket(socket, type === 'udp6'))
    })
  })
}

class UdpSocket implements MediaSocket {
  readonly local: Endpoint
  sendErrors = 0
  private open = true
  private handler: (packet: Uint8Array, from: Endpoint) => void = () => {}

  constructor(
    private readonly socket: Socket,
    private readonly v6: boolean,
  ) {
    const { address, port } = socket.address()
    this.local = { address, port }
    socket.on('message', (packet: Buffer, from: RemoteInfo) => this.received(packet, from))
    socket.on('error', () => {
      this.sendErrors++
    })
  }

  send(packet: Uint8Array, length: number, to: Endpoint): void {
    if (!this.open || !(to.port > 0 && to.port <= 0xffff)) return
    // A socket of both families reaches IPv4 by mapped addresses.
    const address = this.v6 && !to.address.includes(':') ? `::ffff:${to.address}` : to.address
    try {
      this.socket.send(packet, 0, length, to.port, address)
    } catch {
      this.sendErrors++
    }
  }

  onPacket(handler: (packet: Uint8Array, from: Endpoint) => void): void {
    this.handler = handler
  }

  close(): Promise<void> {
    if (!this.open) return Promise.resolve()
    this.open = false
    this.handler = () => {}
    return new Promise((resolve) => this.socket.close(() => resolve()))
  }

  private received(packet: Uint8Array, from: RemoteInfo): void {
    const mapped = from.address.startsWith('::ffff:') && from.address.includes('.')
    this.handler(packet, mapped ? { address: from.address.slice(7), port: from.port } : from)
  }
}

/** Media addresses are literals nearly always: answering at once saves a turn of the event loop for every packet. */
function lookupAtOnce(
  host: string,
  family: number,
  done: (error: Error | null, address: string, family: number) => void,
): void {
  const known = isIP(host)
  if (known) done(null, host, known)
  else lookup(host, family, done)
}
