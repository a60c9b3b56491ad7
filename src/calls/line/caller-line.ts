import type { Clock } from '../../base/clock.js'
import type { IncomingCall, IncomingCallListener, ReferOutcome, SdpCodecName } from '../../sip/index.js'
import { broken, refused } from '../call/ending.js'
import type { HeaderLines } from '../call-control.js'
import { DialogLine } from './dialog-line.js'
import type { LegWish, Line, LineHost, MediaAddress } from './line.js'
import type { NegotiationOptions } from './negotiation.js'

export interface CallerLineOptions {
  readonly sip: IncomingCall
  readonly clock: Clock
  readonly mediaAddress: MediaAddress
  readonly negotiation: NegotiationOptions
}

/** The line of a call that came in: the party called us. */
export class CallerLine extends DialogLine implements Line, IncomingCallListener {
  private readonly sip: IncomingCall
  /** Answer that early media was begun with. */
  private early: string | undefined
  private answering = false
  private isAnswered = false

  constructor(
    private readonly options: CallerLineOptions,
    host: LineHost,
  ) {
    super(options.clock, host, options.negotiation)
    this.sip = options.sip
  }

  get callId(): string {
    return this.sip.callId
  }

  begin(wish: LegWish): void {
    const { sip } = this
    const refusal = sip.offer === undefined ? undefined : this.negotiation.consider(sip.offer)
    if (refusal) {
      this.host.gone(refused(refusal.status, refusal.reason))
      sip.reject(refusal.status, refusal.reason)
      return
    }
    // Signalling and media may come from different addresses, even families.
    const peer = this.media?.remote.address ?? sip.peer.address
    const { bind, advertise } = this.options.mediaAddress(peer)
    this.advertised = advertise
    this.host.leg.open({ address: bind, media: this.media, ...wish })
  }

  ring(): void {
    this.sip.ring()
  }

  earlyMedia(): void {
    if (this.answering || this.early !== undefined) return
    const { sip } = this
    const { leg } = this.host
    if (sip.offer === undefined) return sip.ring()
    this.early = this.negotiation.answer(sip.offer)
    leg.send({ type: 'early-media', leg: leg.id })
    sip.progress(this.early)
  }

  answer(headers: HeaderLines, codecs: readonly SdpCodecName[] = []): void {
    if (this.answering) return
    this.answering = true
    const { sip } = this
    const { leg } = this.host
    // What early media was agreed on with stays: the answer has to repeat it (RFC 3261 §13.2.1).
    if (codecs.length > 0 && this.early === undefined) {
      this.negotiation.prefer(codecs, sip.offer)
      this.updateLeg()
    }
    leg.send({ type: 'leg-answered', leg: leg.id })
    if (sip.offer === undefined) sip.accept(this.negotiation.offer(), headers)
    else sip.accept(this.early ?? this.negotiation.answer(sip.offer), headers)
  }

  get refusable(): boolean {
    return !this.answering
  }

  refuse(status: number, phrase: string | undefined): void {
    this.sip.reject(status, phrase)
  }

  hangup(headers: HeaderLines): void {
    const { successor = this.sip } = this
    successor.hangup(headers)
  }

  refer(target: string, headers: HeaderLines): Promise<ReferOutcome> {
    const { successor = this.sip } = this
    return successor.refer(target, headers)
  }

  confirmed(answer: string | undefined): void {
    if (this.host.over || this.successor) return
    if (answer !== undefined) {
      const refusal = this.negotiation.adopt(answer)
      if (refusal) return this.abandon(refusal.reason)
      this.updateLeg()
    }
    if (this.isAnswered) return
    // RFC 3261 §13.2.1: the answer to an offer in the 200 comes in the ACK, nowhere else.
    if (!this.media) return this.abandon('The ACK has no answer to our offer')
    this.isAnswered = true
    this.host.answered()
  }

  protected override began(id: string): boolean {
    return this.sip.id === id
  }

  protected override leave(): void {
    this.sip.hangup()
  }

  private abandon(reason: string): void {
    this.host.gone(broken(this.host, 'failed', reason))
    this.sip.hangup()
  }
}
