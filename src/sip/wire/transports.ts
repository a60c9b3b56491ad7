import { isIPv6 } from 'node:net'
import { ParleyError } from '../../base/errors.js'
import { isWildcard, localAddressTowards, machineAddresses, sharesFamily } from '../../base/local-address.js'
import { type Log, silentLog } from '../../base/log.js'
import { type AddressList, loopback } from '../address-list.js'
import type { Ingress } from '../ingress.js'
import type { SipMessage } from '../message.js'
import type { SipParseError } from '../parse-error.js'
import { serializeMessage } from '../serialize.js'
import type { SipPeer, SipTransport, TransportName } from '../transport.js'
import { responseTarget } from './response-route.js'
import { type StreamLimits, type StreamSockets, StreamWire } from './stream-wire.js'
import { type BoundAddress, UdpWire } from './udp-wire.js'

/** One thing to bind. */
export interface ListenAddress extends BoundAddress {
  readonly transport: TransportName
}

/** Options of `SipTransports`. */
export interface SipTransportsOptions {
  /** What to bind; IPv4 and IPv6 each for themselves (`0.0.0.0` and `::`). Port 0 takes a free one. */
  readonly listen: readonly ListenAddress[]
  /** A valid message came. `peer` is where from; a response or request sent to it takes the same way back. */
  readonly onMessage: (message: SipMessage, peer: SipPeer) => void
  /** Something that is not valid came; `error.request` is set when it can be answered. Default: dropped. */
  readonly onMalformed?: (error: SipParseError, peer: SipPeer) => void
  /** How TLS connections are made; needed where `listen` has any. */
  readonly tls?: StreamSockets
  /**
   * What the outside calls this end when a NAT is between: written into Via and Contact for peers of its family. Port: that
   * of the socket.
   */
  readonly publicAddress?: { readonly host: string; readonly port?: number }
  /** Peers on this side of the NAT, told the real address. Loopback always is. */
  readonly localNetworks?: AddressList
  readonly limits?: StreamLimits
  readonly log?: Log
}

/** Bytes beyond which a datagram may be fragmented on its way (RFC 3261 §18.1.1). */
const largeDatagram = 1300

/** The transport layer over real sockets (RFC 3261 §18): UDP, TCP and TLS, IPv4 and IPv6. */
export class SipTransports implements SipTransport {
  private readonly udp: UdpWire[]
  private readonly streams: StreamWire[]
  private readonly log: Log

  constructor(private readonly options: SipTransportsOptions) {
    this.log = options.log ?? silentLog
    const ingress: Ingress = {
      message: (message, peer) => this.guarded(() => options.onMessage(message, peer)),
      malformed: (error, peer) => {
        this.log.debug({ err: error, peer }, 'SIP message is not valid')
        this.guarded(() => options.onMalformed?.(error, peer))
      },
    }
    const { limits } = options
    const wanted = (transport: string) => options.listen.filter((listen) => listen.transport === transport)
    this.udp = wanted('udp').map((listen) => new UdpWire(listen, ingress, limits))
    const { tls } = options
    if (!tls && wanted('tls').length > 0) throw new ParleyError('internal_error', 'TLS needs a certificate.')
    this.streams = [
      ...wanted('tcp').map((listen) => new StreamWire(listen, ingress, limits)),
      ...(tls ? wanted('tls').map((listen) => new StreamWire(listen, ingress, limits, tls)) : []),
    ]
  }

  /**
   * Binds all addresses, or none.
   * @throws ParleyError `sip_listen_failed` naming the address
   */
  async start(): Promise<void> {
    try {
      for (const wire of [...this.udp, ...this.streams]) await wire.start()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /** What is bound, with the real ports. */
  get addresses(): readonly ListenAddress[] {
    return [
      ...this.udp.map(({ address }) => ({ transport: 'udp' as const, ...address })),
      ...this.streams.map(({ transport, address }) => ({ transport, ...address })),
    ]
  }

  isReliable(peer: SipPeer): boolean {
    return peer.transport !== 'udp'
  }

  send(message: SipMessage, peer: SipPeer, failed?: (error: Error) => void): void {
    const target = message.kind === 'response' ? this.wayBack(message, peer) : peer
    const bytes = serializeMessage(message)
    if (target.transport === 'udp' && bytes.length > largeDatagram) {
      this.log.debug({ bytes: bytes.length, peer }, 'Large SIP datagram: networks may drop its fragments')
    }
    const wire = this.wireFor(target)
    if (wire) wire.send(bytes, target, failed)
    else
      queueMicrotask(() =>
        failed?.(new Error(`Nothing is bound that reaches ${target.address} by ${target.transport}`)),
      )
  }

  /**
   * What goes into Via and Contact. A name or address, IPv6 without brackets, and the port that is listened on (not
   * that of an outgoing connection).
   */
  localAddress(peer: SipPeer): { readonly host: string; readonly port: number } {
    const wire = this.wireFor(peer)
    const { host, port } = wire?.address ?? { host: '127.0.0.1', port: 5060 }
    const { publicAddress, localNetworks } = this.options
    const outside = !loopback.has(peer.address) && !localNetworks?.has(peer.address)
    if (publicAddress && outside && sharesFamily(publicAddress.host, peer.address)) {
      return { host: publicAddress.host, port: publicAddress.port ?? port }
    }
    if (!isWildcard(host)) return { host, port }
    const connected = wire instanceof StreamWire ? wire.localOf(peer) : undefined
    return { host: connected ?? localAddressTowards(peer.address, machineAddresses()), port }
  }

  async close(): Promise<void> {
    await Promise.all([...this.udp, ...this.streams].map((wire) => wire.close()))
  }

  /** A fault above must not end the process, nor the calls of others: it is logged and the message is lost. */
  private guarded(handle: () => void): void {
    try {
      handle()
    } catch (error) {
      this.log.error({ err: error, code: 'internal_error' }, 'Handling a SIP message failed')
    }
  }

  /** On a stream the open connection leads back whatever the Via says; the Via counts once that is gone. */
  private wayBack(message: SipMessage & { kind: 'response' }, peer: SipPeer): SipPeer {
    const open = this.streams.some((wire) => wire.owns(peer))
    return open ? peer : responseTarget(message, peer)
  }

  /** The socket or connection that `peer` came by; else the first of its family. */
  private wireFor(peer: SipPeer): UdpWire | StreamWire | undefined {
    const sameFamily = (wire: UdpWire | StreamWire) => isIPv6(wire.address.host) === isIPv6(peer.address)
    if (peer.transport === 'udp') {
      return this.udp.find((wire) => wire.name === peer.connection) ?? this.udp.find(sameFamily)
    }
    const wires = this.streams.filter((wire) => wire.transport === peer.transport)
    return wires.find((wire) => wire.owns(peer)) ?? wires.find(sameFamily)
  }
}
