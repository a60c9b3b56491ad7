import type { Clock } from '../../base/clock.js'
import type {
  IncomingCall,
  IncomingCallListener,
  IncomingRefer,
  NegotiatedMedia,
  SipCallEnd,
} from '../../sip/index.js'
import { broken, endedBySip } from '../call/ending.js'
import type { LineHost } from './line.js'
import { Negotiation, type NegotiationOptions } from './negotiation.js'

const replaced = { status: 481, reason: 'Another call has taken the place of this one' } as const

/** What either direction's line does once there is a dialog: its media follows what the party offers. */
export abstract class DialogLine {
  protected negotiation: Negotiation
  /** Address of this end in SDP. */
  protected advertised = ''
  /** The call that took the place of the first one (RFC 3891); hears and says everything from then on. */
  protected successor: IncomingCall | undefined

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
    return this.successor ? replaced : this.reoffered(sdp)
  }

  digit(digit: string): void {
    if (!this.successor) this.pressed(digit)
  }

  referred(refer: IncomingRefer): void {
    if (this.successor) refer.reject(603)
    else this.host.referred(refer)
  }

  ended(end: SipCallEnd): void {
    if (!this.successor) this.lost(end)
  }

  /** Whether a call of the SIP edge is this line's. */
  carries(id: string): boolean {
    return this.successor ? this.successor.id === id : this.began(id)
  }

  /** The party goes on at another phone, which calls in its place: the old one is hung up, all else stays. */
  takeOver(sip: IncomingCall): IncomingCallListener {
    const answer = sip.offer === undefined ? this.negotiation.offer() : this.reoffered(sip.offer)
    const old = this.successor
    if (typeof answer !== 'string') sip.reject(answer.status, answer.reason)
    else {
      this.successor = sip
      sip.accept(answer)
      if (old) old.hangup()
      else this.leave()
    }
    return this.listening(sip)
  }

  /** Whether the first call is this one. */
  protected abstract began(id: string): boolean

  /** Hangs the first call up. */
  protected abstract leave(): void

  /** The party is there, whoever it was that rang. */
  protected joined(): void {
    if (this.host.answeredAt !== undefined) return
    const { leg } = this.host
    leg.send({ type: 'leg-answered', leg: leg.id })
    this.host.answered()
  }

  protected lost(end: SipCallEnd): void {
    this.host.gone(endedBySip(this.host, end))
  }

  private listening(sip: IncomingCall): IncomingCallListener {
    const current = (): boolean => this.successor === sip && !this.host.over
    return {
      confirmed: (answer) => {
        if (!current()) return
        if (sip.offer === undefined && !this.settles(answer, sip)) return
        this.joined()
      },
      offered: (sdp) => (current() ? this.reoffered(sdp) : replaced),
      digit: (digit) => {
        if (current()) this.pressed(digit)
      },
      referred: (refer) => {
        if (current()) this.host.referred(refer)
        else refer.reject(603)
      },
      ended: (end) => {
        if (this.successor === sip) this.lost(end)
      },
    }
  }

  /** Takes the answer to an offer of ours in the 200: it comes in the ACK, nowhere else (RFC 3261 §13.2.1). */
  private settles(answer: string | undefined, sip: IncomingCall): boolean {
    const missing = { reason: 'The ACK has no answer to our offer' }
    const refusal = answer === undefined ? missing : this.negotiation.adopt(answer)
    if (!refusal) {
      this.updateLeg()
      return true
    }
    this.host.gone(broken(this.host, 'failed', refusal.reason))
    sip.hangup()
    return false
  }

  private reoffered(sdp: string): string | { readonly status: number; readonly reason: string } {
    if (this.host.over) return { status: 481, reason: 'The call is over' }
    const wasHeld = this.negotiation.held
    const answer = this.negotiation.reoffered(sdp)
    if (typeof answer !== 'string') return answer
    this.updateLeg()
    if (this.negotiation.held !== wasHeld) this.host.held(!wasHeld)
    return answer
  }

  private pressed(digit: string): void {
    const { leg } = this.host
    leg.send({ type: 'leg-digit', leg: leg.id, digit })
  }

  protected updateLeg(): void {
    const { leg } = this.host
    if (this.media) leg.send({ type: 'update-leg', leg: leg.id, media: this.media })
  }
}
