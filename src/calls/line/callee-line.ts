import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type {
  OutgoingCallListener,
  OutgoingCallRequest,
  ReferOutcome,
  ResolveHop,
  SipCallEnd,
} from '../../sip/index.js'
import { broken } from '../call/ending.js'
import type { HeaderLines } from '../call-control.js'
import type { DialTarget } from '../dial/target.js'
import { uriOf } from '../dial/uri-of.js'
import { DialogLine } from './dialog-line.js'
import { type CallOut, Forks } from './forks.js'
import type { LegWish, Line, LineHost, MediaAddress } from './line.js'
import { Negotiation, type NegotiationOptions } from './negotiation.js'

export interface CalleeLineOptions {
  readonly clock: Clock
  readonly target: DialTarget
  readonly displayName: string
  readonly answerTimeoutMs: number
  readonly callOut: CallOut
  /** Finds where the callee is, so that media binds to an address that faces it. */
  readonly resolve: ResolveHop
  readonly mediaAddress: MediaAddress
  readonly negotiation: (target: DialTarget) => NegotiationOptions
  /** Whether a redirection to a SIP URI may be followed. */
  readonly follows: (target: DialTarget) => (uri: string) => boolean
}

/** The line of a call that goes out: we call the party. */
export class CalleeLine extends DialogLine implements Line, OutgoingCallListener {
  readonly refusable = false
  callId = ''
  private forks: Forks
  private target: DialTarget
  private ports: { readonly port: number; readonly rtcpPort: number } | undefined
  /** ms; when the callee has to have answered. */
  private deadline = 0
  private rang = false
  /** Answer that early media, or the call, was agreed on with. */
  private accepted: string | undefined

  constructor(
    private readonly options: CalleeLineOptions,
    host: LineHost,
  ) {
    super(options.clock, host, options.negotiation(options.target))
    this.target = options.target
    this.forks = new Forks(options.callOut, this)
  }

  begin(wish: LegWish): void {
    const ways = waysTo(this.target)
    if (ways.length === 0) {
      const unregistered = {
        ...broken(this.host, 'unreachable', 'the phone is not registered'),
        sipStatus: 480,
      }
      return this.host.gone(unregistered)
    }
    this.locate(ways)
      .then((peer) => this.openLeg(peer, wish))
      .catch((thrown) => this.host.gone(broken(this.host, 'unreachable', messageOf(thrown))))
  }

  override opened(ports: { readonly port: number; readonly rtcpPort: number }): void {
    super.opened(ports)
    this.ports = ports
    this.deadline = this.clock.now() + this.options.answerTimeoutMs
    this.place()
  }

  ring(): void {}

  earlyMedia(): void {}

  answer(): void {}

  refuse(): void {}

  hangup(headers: HeaderLines): void {
    if (this.successor) this.successor.hangup(headers)
    else this.forks.hangup(headers)
  }

  refer(target: string, headers: HeaderLines): Promise<ReferOutcome> {
    const call = this.successor ?? this.forks.answered
    return call ? call.refer(target, headers) : Promise.resolve({ status: 481, notified: undefined })
  }

  progress(status: number, sdp: string | undefined): void {
    if (this.host.over || this.successor) return
    const before = this.accepted
    if (sdp !== undefined) this.accept(sdp)
    const early = before === undefined && this.accepted !== undefined
    if (early || (!this.rang && (status === 180 || status === 183))) {
      this.rang = true
      this.host.ringing(early)
    }
  }

  answered(sdp: string): void {
    if (this.host.over || this.successor) return
    const refusal = this.accept(sdp)
    if (refusal) {
      this.host.gone(broken(this.host, 'failed', refusal))
      this.forks.hangup([])
      return
    }
    this.joined()
  }

  /** The end of the call, unless there is another way to the callee. */
  protected override lost(end: SipCallEnd): void {
    const { otherwise } = this.target
    const left = this.deadline - this.clock.now()
    if (
      this.host.over ||
      this.successor ||
      !otherwise ||
      this.accepted !== undefined ||
      !isFailure(end) ||
      left <= 0
    ) {
      return super.lost(end)
    }
    this.target = otherwise
    this.forks = new Forks(this.options.callOut, this)
    this.negotiation = new Negotiation(this.options.negotiation(otherwise))
    if (this.ports) super.opened(this.ports)
    this.place()
  }

  protected override began(id: string): boolean {
    return this.forks.has(id)
  }

  protected override leave(): void {
    this.forks.hangup([])
  }

  private place(): void {
    this.callId = this.forks.place(this.requests(this.negotiation.offer()))
    const { trunk } = this.target
    if (this.callId !== '')
      this.host.placed(this.callId, this.target === this.options.target ? undefined : trunk)
  }

  /** Address at the first of the ways that leads anywhere. @throws why the last does not */
  private async locate([uri = '', ...others]: readonly string[]): Promise<string> {
    try {
      const [peer] = await this.options.resolve(uri)
      if (!peer) throw new Error(`${uri} leads nowhere`)
      return peer.address
    } catch (thrown) {
      if (others.length === 0) throw thrown
      return this.locate(others)
    }
  }

  private openLeg(peer: string, wish: LegWish): void {
    if (this.host.over) return
    const { bind, advertise } = this.options.mediaAddress(peer)
    this.advertised = advertise
    this.host.leg.open({ address: bind, ...wish })
  }

  private requests(offer: string): readonly OutgoingCallRequest[] {
    const { displayName, follows } = this.options
    const { target } = this
    const { from, fromDomain = this.advertised, credentials, headers } = target
    const uri = /^sips?:/i.test(from) ? from : uriOf(from, fromDomain)
    return target.branches.map(({ uri: callee, hops, headers: own = [] }) => ({
      target: callee,
      from: { displayName, uri },
      hops,
      credentials,
      headers: [...headers, ...own],
      offer,
      follows: follows(target),
      answerTimeoutMs: this.deadline - this.clock.now(),
      hurries: target.otherwise !== undefined,
    }))
  }

  /** Takes an answer; from the first on the callee is heard. @returns why it cannot be taken */
  private accept(sdp: string): string | undefined {
    if (sdp === this.accepted) return undefined
    const refusal = this.negotiation.adopt(sdp)
    if (refusal) return refusal.reason
    this.accepted = sdp
    this.updateLeg()
    return undefined
  }
}

/** Next hops, those of later targets last. */
function waysTo({ branches, otherwise }: DialTarget): readonly string[] {
  const ways = branches.flatMap(({ uri, hops }) => (hops.length > 0 ? hops : [uri]))
  return otherwise ? [...ways, ...waysTo(otherwise)] : ways
}

/** Whether the way failed, and not the callee. */
function isFailure({ reason, status }: SipCallEnd): boolean {
  if (reason === 'transport') return true
  return reason === 'refused' && status !== undefined && (status === 408 || (status >= 500 && status < 600))
}
