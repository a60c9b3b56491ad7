import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { SipCallEnd } from '../../../src/sip/call.js'
import type { IncomingCall, IncomingCallListener } from '../../../src/sip/edge.js'
import type { ResolveHop } from '../../../src/sip/resolve/resolver.js'
import { writeAnswer } from '../../../src/sip/sdp/answer.js'
import { negotiateOffer } from '../../../src/sip/sdp/negotiate.js'
import { writeOffer } from '../../../src/sip/sdp/offer.js'
import { isSdpRefusal } from '../../../src/sip/sdp/refusal.js'
import type { TransportName } from '../../../src/sip/transport.js'
import {
  createSipEdge,
  type ListeningSipEdge,
  type SipEdgeConfig,
  type SipEdgeOptions,
} from '../../../src/sip/ua/create-sip-edge.js'
import { Phone } from './phone.js'
import { SimulatedNetwork, seededBytes } from './simulated-network.js'

export const local = { address: '192.0.2.100', port: 17000, rtcpPort: 17001, sessionId: '7', version: 1 }

/** A call as the edge reported it, with what it did. */
export interface SeenCall {
  readonly call: IncomingCall
  readonly answers: Array<string | undefined>
  readonly offers: string[]
  readonly digits: string[]
  readonly ends: SipCallEnd[]
  /** What to make of the next offers; the default answers them. */
  offered: IncomingCallListener['offered']
}

export interface SceneOptions {
  readonly config?: Partial<SipEdgeConfig>
  readonly transport?: TransportName
  readonly phoneAddress?: string
  readonly seed?: number
  readonly registrar?: SipEdgeOptions['registrar']
  /** What to do with a call at once; nothing by default. */
  readonly onCall?: (call: IncomingCall) => void
  readonly resolve?: ResolveHop
  /** What to do with a REFER; without it nobody takes any. */
  readonly referred?: IncomingCallListener['referred']
}

/** An edge at 192.0.2.100 and a phone at 192.0.2.1, in simulated time. */
export class Scene {
  readonly clock = new SimulatedClock(1_700_000_000_000)
  readonly network: SimulatedNetwork
  readonly edge: ListeningSipEdge
  readonly phone: Phone
  readonly calls: SeenCall[] = []

  constructor(options: SceneOptions = {}) {
    const { transport = 'udp', phoneAddress = '192.0.2.1', seed = 1 } = options
    this.network = new SimulatedNetwork(this.clock, transport)
    this.edge = createSipEdge({
      config: { listen: [], ...options.config },
      registrar: options.registrar,
      clock: this.clock,
      random: seededBytes(seed),
      transport: this.network.attach(local.address, 5060),
      onCall: (call) => this.take(call, options),
      ...(options.resolve && { resolve: options.resolve }),
    })
    this.phone = this.addPhone(phoneAddress, seed + 1, transport)
  }

  /** A further phone. */
  addPhone(address: string, seed: number, transport: TransportName = 'udp'): Phone {
    const edge = { transport, address: local.address, port: 5060 }
    return new Phone(this.clock, seededBytes(seed), address, this.network.attach(address, 5060), edge)
  }

  /** The only call so far. */
  get seen(): SeenCall {
    return this.calls[0]!
  }

  /** A call that is up, and what the phone has of it. */
  established(...parts: Parameters<Phone['invite']>) {
    const call = this.phone.invite(...parts)
    this.clock.advance(20)
    this.calls.at(-1)!.call.accept(answerFor(this.calls.at(-1)!.call))
    this.clock.advance(20)
    return call
  }

  private take(call: IncomingCall, { onCall, referred }: SceneOptions): IncomingCallListener {
    const seen: SeenCall = { call, answers: [], offers: [], digits: [], ends: [], offered: answerOffer }
    this.calls.push(seen)
    onCall?.(call)
    return {
      confirmed: (answer) => void seen.answers.push(answer),
      offered: (sdp) => {
        seen.offers.push(sdp)
        return seen.offered(sdp)
      },
      ...(referred && { referred }),
      digit: (digit, ms) => void seen.digits.push(`${digit} ${ms}`),
      ended: (end) => void seen.ends.push(end),
    }
  }
}

/** The SDP that accepts a call: an answer, or an offer where it brought none. */
export function answerFor(call: IncomingCall): string {
  if (call.offer === undefined) return writeOffer(local)
  const answer = answerOffer(call.offer)
  if (typeof answer !== 'string') throw new Error(answer.reason)
  return answer
}

export function answerOffer(sdp: string): string | { status: number; reason: string } {
  const media = negotiateOffer(sdp)
  return isSdpRefusal(media) ? media : writeAnswer(sdp, media, local)
}
