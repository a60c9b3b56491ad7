import type { IceServer as NativeIceServer, PeerConnection } from 'node-datachannel'
import { messageOf, ParleyError } from '../base/errors.js'
import { type WebOffer, type WebTransport, webTransportOf, writeWebOffer } from '../sip/index.js'
import { type IceServer, usable } from './ice-servers.js'
import type { OpenPeer, Peer, PeerListener, PeerState } from './peer.js'

type Library = typeof import('node-datachannel')

export interface NativePeersOptions {
  /** Address that ICE binds to; undefined for all of the machine's but loopback. */
  readonly address: string | undefined
  /** Another name of the bound address, which browsers are told too: the public side of a NAT. */
  readonly publicAddress: string | undefined
  readonly ports: { readonly from: number; readonly to: number }
  readonly iceServers: readonly IceServer[]
  readonly now: () => number
}

/** ms for gathering candidates: what a STUN server has not answered by then is left out. */
const GATHERING_MS = 3000
/** More candidates than any browser has. */
const MOST_CANDIDATES = 64

/**
 * Peer connections by node-datachannel (libdatachannel, libjuice). All live in one thread: the library cannot be loaded
 * by a second one of the same process.
 */
export class NativePeers {
  private library: Promise<Library> | undefined
  private readonly open = new Set<NativePeer>()

  constructor(private readonly options: NativePeersOptions) {}

  /** @see OpenPeer */
  readonly answer: OpenPeer = async (offer, ssrc, listener) => {
    const library = await this.load()
    const peer = new NativePeer(library, this.options, offer, ssrc, listener, () => this.open.delete(peer))
    this.open.add(peer)
    try {
      await peer.negotiated
      return peer
    } catch (thrown) {
      peer.close()
      throw new ParleyError('web_offer_invalid', `The offer cannot be used: ${messageOf(thrown)}`, {
        cause: thrown,
      })
    }
  }

  /** Closes all of them, and the library's threads. */
  async close(): Promise<void> {
    for (const peer of [...this.open]) peer.close()
    if (!this.library) return
    const library = await this.library.catch(() => undefined)
    library?.cleanup()
  }

  /** Loads the library, which takes some 100 ms, ahead of the first call. @throws ParleyError `web_unavailable` */
  async prepare(): Promise<void> {
    await this.load()
  }

  private load(): Promise<Library> {
    this.library ??= import('node-datachannel').catch((thrown) => {
      throw new ParleyError('web_unavailable', `node-datachannel cannot be loaded: ${messageOf(thrown)}`, {
        cause: thrown,
      })
    })
    return this.library
  }
}

const states: Readonly<Record<string, PeerState>> = {
  new: 'connecting',
  connecting: 'connecting',
  connected: 'connected',
  disconnected: 'disconnected',
  failed: 'failed',
  closed: 'closed',
}

class NativePeer implements Peer {
  transport!: WebTransport
  readonly negotiated: Promise<void>
  private readonly connection: PeerConnection
  private readonly track: ReturnType<PeerConnection['addTrack']>
  private readonly mid: string
  private candidates = 0
  private closed = false

  constructor(
    library: Library,
    private readonly options: NativePeersOptions,
    offer: WebOffer,
    ssrc: number,
    listener: PeerListener,
    private readonly forget: () => void,
  ) {
    const { address, ports, iceServers, now } = options
    this.mid = offer.mid
    this.connection = new library.PeerConnection('parley', {
      iceServers: nativeServers(iceServers, now()),
      ...(address !== undefined && { bindAddress: address }),
      portRangeBegin: ports.from,
      portRangeEnd: ports.to,
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    })
    const { media, mid } = offer
    const audio = new library.Audio(mid, nativeDirections[media.direction])
    audio.addOpusCodec(media.payloadType)
    audio.addSSRC(ssrc, 'parley', 'parley', 'audio')
    this.track = this.connection.addTrack(audio)
    this.track.onMessage((packet) => {
      if (!this.closed) listener.packet(packet)
    })
    this.connection.onStateChange((state) => {
      if (!this.closed) listener.state(states[state] ?? 'connecting')
    })
    this.negotiated = this.negotiate(offer)
  }

  send(packet: Uint8Array): void {
    if (this.closed || !this.track.isOpen()) return
    try {
      this.track.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength))
    } catch {
      // The connection was lost a moment ago, which its state is about to tell.
    }
  }

  addCandidate(candidate: string): void {
    // A lookup of a browser's mDNS name blocks for seconds and finds nothing; its checks come by themselves.
    if (this.closed || / \S+\.local \d+ typ /i.test(candidate) || this.candidates >= MOST_CANDIDATES) return
    this.candidates++
    try {
      this.connection.addRemoteCandidate(`candidate:${candidate}`, this.mid)
    } catch {
      // No candidate that libjuice knows: one of TCP, or of another kind.
    }
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.forget()
    this.connection.close()
  }

  private async negotiate(offer: WebOffer): Promise<void> {
    const { connection } = this
    const gathered = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHERING_MS)
      timer.unref()
      connection.onGatheringStateChange((state) => {
        if (state !== 'complete') return
        clearTimeout(timer)
        resolve()
      })
    })
    const { candidates, ...transport } = offer.transport
    connection.setRemoteDescription(
      writeWebOffer({ ...offer, transport: { ...transport, candidates: [] } }),
      'offer',
    )
    connection.setLocalDescription('answer')
    for (const candidate of candidates) this.addCandidate(candidate)
    await gathered
    const local = webTransportOf(connection.localDescription()?.sdp ?? '')
    if (!local) throw new Error('no answer could be made')
    this.transport = { ...local, candidates: this.withPublic(local.candidates) }
  }

  /** Each candidate of this machine also under the address that it has outside. */
  private withPublic(candidates: readonly string[]): readonly string[] {
    const { publicAddress } = this.options
    if (publicAddress === undefined) return candidates
    const outside = candidates.filter((text) => /typ host/.test(text) && !text.includes(`${publicAddress} `))
    return [...candidates, ...outside.map((text) => text.replace(/^((?:\S+ ){4})\S+/, `$1${publicAddress}`))]
  }
}

const nativeDirections = {
  sendrecv: 'SendRecv',
  sendonly: 'SendOnly',
  recvonly: 'RecvOnly',
  inactive: 'Inactive',
} as const

/** What libjuice can use: STUN, and TURN by UDP (RFC 7065). The others are for browsers. */
function nativeServers(servers: readonly IceServer[], now: number): (string | NativeIceServer)[] {
  return servers.flatMap((server): (string | NativeIceServer)[] => {
    const { urls, username = '', credential = '' } = usable(server, now)
    const match = /^(stun|turn):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=udp)?$/i.exec(urls)
    if (!match) return []
    const [, scheme, host, port = '3478'] = match
    if (scheme!.toLowerCase() === 'stun') return [urls]
    const hostname = host!.replace(/^\[(.*)\]$/, '$1')
    return [{ hostname, port: Number(port), username, password: credential, relayType: 'TurnUdp' }]
  })
}
