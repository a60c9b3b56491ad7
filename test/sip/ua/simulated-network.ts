import type { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { type Ingress, markOrigin } from '../../../src/sip/ingress.js'
import type { SipMessage } from '../../../src/sip/message.js'
import { parseMessage } from '../../../src/sip/parse-message.js'
import { serializeMessage } from '../../../src/sip/serialize.js'
import type { SipPeer, TransportName } from '../../../src/sip/transport.js'
import type { EdgeTransport } from '../../../src/sip/ua/create-sip-edge.js'
import { responseTarget } from '../../../src/sip/wire/response-route.js'

/** One message as it went over the wire, lost or not. */
export interface Sent {
  readonly atMs: number
  readonly from: string
  readonly to: string
  readonly message: SipMessage
  readonly lost: boolean
}

/** A network in memory and in simulated time, which may lose messages. Bytes travel: every message is parsed anew. */
export class SimulatedNetwork {
  readonly trace: Sent[] = []
  /** Decides about each message; by default none is lost. */
  loses: (message: SipMessage) => boolean = () => false
  /** Addresses that the transport says it cannot reach. */
  readonly unreachable = new Set<string>()
  private readonly ends = new Map<string, Ingress>()

  constructor(
    private readonly clock: SimulatedClock,
    private readonly transport: TransportName = 'udp',
    private readonly delayMs = 5,
  ) {}

  /** A transport at `address:port`. */
  attach(address: string, port: number): (ingress: Ingress) => EdgeTransport {
    const own = `${address}:${port}`
    return (ingress) => {
      this.ends.set(own, ingress)
      return {
        start: async () => {},
        close: async () => void this.ends.delete(own),
        addresses: [],
        isReliable: () => this.transport !== 'udp',
        localAddress: () => ({ host: address, port }),
        send: (message, peer, failed) => {
          if (this.unreachable.has(peer.address)) {
            this.clock.after(0, () => failed?.(new Error('connection refused')))
            return
          }
          const target = message.kind === 'response' ? responseTarget(message, peer) : peer
          this.carry(message, { address, port }, target)
        },
      }
    }
  }

  /** What one end sent, as `INVITE` or `180 INVITE`, in order. */
  sentBy(address: string): string[] {
    return this.trace
      .filter(({ from }) => from.startsWith(`${address}:`))
      .map(({ message }) => describe(message))
  }

  /** When messages of this kind were sent, in ms. */
  timesOf(kind: string): number[] {
    return this.trace.filter(({ message }) => describe(message) === kind).map(({ atMs }) => atMs)
  }

  private carry(message: SipMessage, from: { address: string; port: number }, target: SipPeer): void {
    const bytes = serializeMessage(message)
    const to = `${target.address}:${target.port}`
    const copy = parseMessage(bytes)
    const lost = this.loses(copy)
    this.trace.push({ atMs: this.clock.now(), from: `${from.address}:${from.port}`, to, message: copy, lost })
    if (lost) return
    this.clock.after(this.delayMs, () => {
      const source: SipPeer = { transport: this.transport, ...from }
      const received = parseMessage(bytes)
      if (received.kind === 'request') markOrigin(received, source)
      this.ends.get(to)?.message(received, source)
    })
  }
}

export function describe(message: SipMessage): string {
  if (message.kind === 'request') return message.method
  return `${message.status} ${message.headers.get('CSeq')?.split(' ')[1]}`
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Random bytes, the same for the same seed. */
export function seededBytes(seed: number): (bytes: number) => Buffer {
  const random = seededRandom(seed)
  return (bytes) => Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)))
}
