import type { ClientBook, RingStop, WebInvitation } from '../../../src/calls/index.js'
import type { OpenPeer, Peer, PeerState } from '../../../src/webrtc/index.js'
import { chromiumOffer } from '../../sip/sdp/web-offers.js'
import { Node } from './fakes.js'

/** One peer connection that does nothing by itself. */
export interface FakePeer {
  readonly ssrc: number
  readonly sent: Uint8Array[]
  readonly candidates: string[]
  closed: boolean
  become(state: PeerState): void
  receive(packet: Uint8Array): void
}

/** A node that browsers call, and that calls browsers. */
export class WebNode extends Node {
  readonly peers: FakePeer[]
  /** Calls that ring in browsers called `alice`, and what stopped their ringing. */
  readonly ringing: WebInvitation[]
  readonly stops: RingStop[]

  /** Whether peer connections cannot be had. */
  refuses = false

  constructor() {
    const peers: FakePeer[] = []
    const ringing: WebInvitation[] = []
    const stops: RingStop[] = []
    const openPeer: OpenPeer = async (_offer, ssrc, listener) => {
      if (this.refuses) throw new Error('no such certificate')
      const peer: FakePeer = {
        ssrc,
        sent: [],
        candidates: [],
        closed: false,
        become: (state) => listener.state(state),
        receive: (packet) => listener.packet(packet),
      }
      peers.push(peer)
      return {
        transport: {
          iceUfrag: 'own',
          icePwd: 'p',
          fingerprint: 'sha-256 CC',
          setup: 'active',
          candidates: [],
        },
        send: (packet) => peer.sent.push(packet),
        addCandidate: (candidate) => peer.candidates.push(candidate),
        close: () => {
          peer.closed = true
        },
      } satisfies Peer
    }
    const clients: ClientBook = {
      has: (name) => name === 'alice' || name === 'nobody',
      ring(name, invitation) {
        if (name === 'nobody') return undefined
        ringing.push(invitation)
        return (why) => stops.push(why)
      },
    }
    super({ web: { openPeer, lostAfterMs: 30_000 }, clients })
    this.peers = peers
    this.ringing = ringing
    this.stops = stops
  }

  /** A browser calls, and its leg opens. */
  async browser(dialled = '2000', offer = chromiumOffer()) {
    const begun = await this.calls.fromBrowser({ dialled, from: 'ann', headers: [['X-A', '1']], offer })
    this.openLegs()
    return { ...begun, call: begun.party.call, peer: this.peers.at(-1)! }
  }

  openLegs(): void {
    const { leg } = this.media.last('open-leg')
    this.media.onEvent({ type: 'leg-opened', leg, port: 1, rtcpPort: 1 })
  }
}
