import { createSocket, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { readSip, type SipText } from './sip-text.js'

/** What a network does to packets, each way. */
export interface Impairment {
  /** Share of packets that is lost, 0 to 1. */
  readonly loss: number
  /** Delay of each packet, in ms: uniform between these; packets overtake one another. */
  readonly delayMs?: readonly [least: number, most: number]
}

/** A SIP message as the proxy saw it, before it lost it or not. */
export interface Passed {
  /** Time as `performance.now()` has it, in ms. */
  readonly at: number
  readonly from: 'phone' | 'relay'
  readonly message: SipText
  readonly lost: boolean
}

export interface ProxyOptions {
  /** The relay's SIP port. */
  readonly relayPort: number
  readonly sip?: Impairment
  readonly rtp?: Impairment
  readonly seed: number
}

const address = '127.0.0.1'

/**
 * A bad network between one SIP program and the relay: loses and delays packets by a seeded chance, and writes down what
 * passes. It stands in the way of both by putting its own ports into their messages, as a NAT with an application-level
 * gateway does.
 */
export class UdpProxy {
  readonly passed: Passed[] = []
  /** RTP packets that came, and that were lost. */
  readonly media = { seen: 0, lost: 0 }
  private phonePort = 0
  private readonly mediaSides = new Map<string, MediaRelay>()
  private readonly random: () => number

  private constructor(
    private readonly options: ProxyOptions,
    private readonly toPhone: Socket,
    private readonly toRelay: Socket,
  ) {
    this.random = seeded(options.seed)
    toPhone.on('message', (data, { port }) => {
      this.phonePort = port
      this.pass('phone', data)
    })
    toRelay.on('message', (data) => this.pass('relay', data))
  }

  static async start(options: ProxyOptions): Promise<UdpProxy> {
    return new UdpProxy(options, await bound(), await bound())
  }

  /** Where the phone sends its SIP. */
  get port(): number {
    return portOf(this.toPhone)
  }

  close(): void {
    this.toPhone.close()
    this.toRelay.close()
    for (const side of this.mediaSides.values()) side.close()
  }

  private async pass(from: 'phone' | 'relay', data: Buffer): Promise<void> {
    const text = data.toString('latin1')
    const message = readSip(text)
    const at = performance.now()
    const lost = this.random() < (this.options.sip?.loss ?? 0)
    // A keep-alive is no message.
    if (message.callId !== '') this.passed.push({ at, from, message, lost })
    if (lost) return
    const out = this.options.rtp ? await this.withMedia(from, text, message) : text
    const swapped =
      from === 'phone'
        ? swap(out, [this.port, this.options.relayPort], [this.phonePort, portOf(this.toRelay)])
        : swap(out, [this.options.relayPort, this.port], [portOf(this.toRelay), this.phonePort])
    const wait = delay(this.options.sip, this.random)
    const send = () =>
      from === 'phone'
        ? trySend(this.toRelay, swapped, this.options.relayPort)
        : trySend(this.toPhone, swapped, this.phonePort)
    if (wait > 0) setTimeout(send, wait)
    else send()
  }

  /** Puts a pair of our own ports into the SDP. */
  private async withMedia(from: 'phone' | 'relay', text: string, { callId, body }: SipText): Promise<string> {
    const port = Number(/^m=audio (\d+)/m.exec(body)?.[1])
    if (!port) return text
    let side = this.mediaSides.get(callId)
    if (!side) {
      side = await MediaRelay.open(this.options.rtp!, this.random, this.media)
      this.mediaSides.set(callId, side)
    }
    const ours = side.learn(from, port)
    const changed = body.replace(/^m=audio \d+/m, `m=audio ${ours}`)
    return text.replace(body, changed).replace(/^Content-Length: *\d+/im, `Content-Length: ${changed.length}`)
  }
}

/** The RTP of one call, both ways. */
class MediaRelay {
  private readonly ports = { phone: 0, relay: 0 }

  private constructor(
    private readonly toPhone: Socket,
    private readonly toRelay: Socket,
    private readonly impairment: Impairment,
    private readonly random: () => number,
    private readonly counts: { seen: number; lost: number },
  ) {
    toPhone.on('message', (data) => this.pass(data, toRelay, 'relay'))
    toRelay.on('message', (data) => this.pass(data, toPhone, 'phone'))
  }

  static async open(impairment: Impairment, random: () => number, counts: { seen: number; lost: number }) {
    return new MediaRelay(await bound(), await bound(), impairment, random, counts)
  }

  /** Takes the port that one side named. @returns the port to name to the other */
  learn(side: 'phone' | 'relay', port: number): number {
    this.ports[side] = port
    return portOf(side === 'phone' ? this.toRelay : this.toPhone)
  }

  close(): void {
    this.toPhone.close()
    this.toRelay.close()
  }

  private pass(data: Buffer, socket: Socket, to: 'phone' | 'relay'): void {
    const port = this.ports[to]
    if (port === 0) return
    this.counts.seen++
    if (this.random() < this.impairment.loss) {
      this.counts.lost++
      return
    }
    setTimeout(() => trySend(socket, data, port), delay(this.impairment, this.random))
  }
}

function delay({ delayMs = [0, 0] }: Impairment = { loss: 0 }, random: () => number): number {
  return delayMs[0] + random() * (delayMs[1] - delayMs[0])
}

/** Replaces ports where they stand behind our address. */
function swap(text: string, ...pairs: readonly (readonly [from: number, to: number])[]): Buffer {
  const to = new Map(pairs.map(([from, port]) => [String(from), port]))
  const swapped = text.replace(/127\.0\.0\.1:(\d+)/g, (whole, port) =>
    to.has(port) ? `${address}:${to.get(port)}` : whole,
  )
  return Buffer.from(swapped, 'latin1')
}

/** A packet that is still under way when the test is over is lost. */
function trySend(socket: Socket, data: Buffer, port: number): void {
  try {
    socket.send(data, port, address)
  } catch {}
}

/** mulberry32: numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function portOf(socket: Socket): number {
  return (socket.address() as AddressInfo).port
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  return socket
}
