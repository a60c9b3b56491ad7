import type { Clock } from '../../base/clock.js'
import type { IncomingRefer, NegotiatedMedia, SipCallEnd } from '../../sip/index.js'
import { endedBySip } from '../call/ending.js'
import type { LineHost } from './line.js'
import { Negotiation, type NegotiationOptions } from './negotiation.js'

/** What either direction's line does once there is a dialog: its media follows what the party offers. */
export abstract class DialogLine {
  protected negotiation: Negotiation
  /** Address of this end in SDP. */
  protected advertised = ''

  constructor(
    protected readonly clock: Clock,
    protected readonly host: LineHost,
    negotiation: NegotiationOptions,
  ) {
    this.negotiation = new Negotiation(negotiation)
  }

  get media(): NegotiatedMedia | undefined {
    return this.negotiation.media
  }

  opened(ports: { readonly port: number; readonly rtcpPort: number }): void {
    this.negotiation.opened(this.advertised, ports, this.clock.now())
  }

  offered(sdp: string): string | { readonly status: number; readonly reason: string } {
    if (this.host.over) return { status: 481, reason: 'The call is over' }
    const wasHeld = this.negotiation.held
    const answer = this.negotiation.reoffered(sdp)
    if (typeof answer !== 'string') return answer
    this.updateLeg()
    if (this.negotiation.held !== wasHeld) this.host.held(!wasHeld)
    return answer
  }

  digit(digit: string): void {
    const { leg } = this.host
    leg.send({ type: 'leg-digit', leg: leg.id, digit })
  }

  referred(refer: IncomingRefer): void {
    this.host.referred(refer)
  }

  ended(end: SipCallEnd): void {
    this.host.gone(endedBySip(this.host, end))
  }

  protected updateLeg(): void {
    const { leg } = this.host
    if (this.media) leg.send({ type: 'update-leg', leg: leg.id, media: this.media })
  }
}
