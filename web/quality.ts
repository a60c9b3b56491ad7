import type { Quality, StreamQuality } from './types.js'

interface Counts {
  readonly lost: number
  readonly received: number
}

/** Reads a peer connection's figures; loss is that since the reading before. */
export class QualityReader {
  private last: Counts = { lost: 0, received: 0 }

  async read(peer: RTCPeerConnection): Promise<Quality> {
    const all = [...(await peer.getStats()).values()] as Record<string, unknown>[]
    const of = (type: string): Record<string, unknown> =>
      all.find((report) => report['type'] === type && (report['kind'] ?? 'audio') === 'audio') ?? {}
    const inbound = of('inbound-rtp')
    const remote = of('remote-inbound-rtp')
    const pair = all.find(({ type, nominated, state }) => {
      return type === 'candidate-pair' && nominated && state === 'succeeded'
    })
    const trip = number(remote['roundTripTime']) ?? number(pair?.['currentRoundTripTime'])
    return {
      received: this.received(inbound),
      sent: {
        loss: number(remote['fractionLost']),
        jitterMs: ms(remote['jitter']),
        packets: number(of('outbound-rtp')['packetsSent']),
      },
      roundTripMs: ms(trip),
    }
  }

  private received(inbound: Record<string, unknown>): StreamQuality {
    const counts = {
      lost: number(inbound['packetsLost']) ?? 0,
      received: number(inbound['packetsReceived']) ?? 0,
    }
    const lost = counts.lost - this.last.lost
    const all = lost + counts.received - this.last.received
    this.last = counts
    return {
      loss: all > 0 ? Math.max(0, lost / all) : undefined,
      jitterMs: ms(inbound['jitter']),
      packets: number(inbound['packetsReceived']),
    }
  }
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function ms(seconds: unknown): number | undefined {
  return typeof seconds === 'number' ? seconds * 1000 : undefined
}
