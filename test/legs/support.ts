import type { CodecName } from '../../src/audio/index.js'
import type { SimulatedClock } from '../../src/base/simulated-clock.js'
import type { Endpoint, MediaSocket, PortPair } from '../../src/rtp/index.js'
import type { NegotiatedMedia } from '../../src/sip/index.js'
import { seeded } from '../rtp/support.js'

/** A network in the process that loses and delays packets by the clock. */
export class Network {
  private readonly handlers = new Map<string, (packet: Uint8Array, from: Endpoint) => void>()

  constructor(
    private readonly clock: SimulatedClock,
    private readonly lossRatio = 0,
    private readonly jitterMs = 0,
    private readonly random = seeded(42),
  ) {}

  ports(address: string): PortPair {
    const [rtp, rtcp] = [this.socket(address, 4000), this.socket(address, 4001)]
    return { rtp, rtcp, close: async () => {} }
  }

  private socket(address: string, port: number): MediaSocket {
    const local = { address, port }
    return {
      local,
      sendErrors: 0,
      send: (packet, length, to) => {
        if (this.random() < this.lossRatio) return
        const copy = packet.slice(0, length)
        this.clock.after(5 + this.random() * this.jitterMs, () => {
          this.handlers.get(`${to.address}:${to.port}`)?.(copy, local)
        })
      },
      onPacket: (handler) => this.handlers.set(`${address}:${port}`, handler),
      close: async () => {},
    }
  }
}

/** What SDP would have agreed on with a peer at `to`. */
export function media(codec: CodecName, to: string, changes: Partial<NegotiatedMedia> = {}): NegotiatedMedia {
  const payloadType = { opus: 111, G722: 9, PCMU: 0, PCMA: 8 }[codec]
  const event = { payloadType: 101, receivePayloadType: 101, clockRate: codec === 'opus' ? 48_000 : 8000 }
  return {
    codec,
    payloadType,
    receivePayloadType: payloadType,
    telephoneEvent: event,
    remote: { address: to, port: 4000 },
    remoteRtcp: { address: to, port: 4001 },
    rtcpMux: false,
    ptimeMs: 20,
    direction: 'sendrecv',
    ...changes,
  }
}
