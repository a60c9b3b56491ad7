import { mixInto } from '../audio/index.js'
import type { Clock } from '../base/clock.js'
import type { FrameSource, Leg, LegListener } from '../session/index.js'
import type { Announcer } from './announcing/announcer.js'
import type { MediaEvent } from './port.js'

/** Whom a leg's party talks with: a session, the other side of a bridge, a conference. Called on the media path. */
export interface Partner extends Pick<LegListener, 'frame' | 'digit'>, FrameSource {
  /** Whether the party hears announcements together with the partner, not in its place. */
  readonly mixes: boolean
  /** A tick on which the party hears an announcement in place of the partner. */
  skip(): void
  /** The leg's media ended by itself. Without this the signalling plane is told. */
  gone?(reason: GoneReason): void
  /** Something else took the partner's place. */
  displaced(): void
}

type GoneReason = Parameters<LegListener['gone']>[0]

export interface SeatOptions {
  readonly leg: string
  readonly clock: Clock
  readonly emit: (event: MediaEvent) => void
}

/**
 * Who feeds and who hears a leg. It has at most one partner at a time; announcements are heard in its place, or together
 * with it, while there are any. Recordings, listening and streams listen in on the leg itself (`PacedLeg.onFrames`).
 */
export class Seat implements LegListener, FrameSource {
  /** Whether the party hears anything: before, announcements wait. */
  audible = false
  private partner: Partner | undefined
  private announcer: Announcer | undefined
  private speech = new Int16Array(0)
  private goneFor: GoneReason | undefined

  constructor(private readonly options: SeatOptions) {}

  /** Frames flow from here on. */
  begin(leg: Leg, announcer: Announcer): void {
    this.announcer = announcer
    this.speech = new Int16Array(leg.sampleRate / 50)
    leg.attach(this, this)
  }

  /** Begins a partnership, in place of another. */
  join(partner: Partner): void {
    const before = this.partner
    this.partner = partner
    before?.displaced()
  }

  /** Ends a partnership, unless another has taken its place. */
  leave(partner: Partner): void {
    if (this.partner !== partner) return
    this.partner = undefined
    // A partner that heard of the end kept it to itself.
    if (this.goneFor && partner.gone) this.options.clock.after(0, () => this.tellGone())
  }

  /** Ends whatever partnership there is. */
  part(): void {
    const { partner } = this
    this.partner = undefined
    partner?.displaced()
  }

  frame(frame: Int16Array, lost: boolean): void {
    this.partner?.frame(frame, lost)
  }

  digit(digit: string, audible: boolean): void {
    this.options.emit({ type: 'digit', leg: this.options.leg, digit })
    this.partner?.digit(digit, audible)
  }

  gone(reason: GoneReason): void {
    this.goneFor = reason
    if (this.partner?.gone) this.partner.gone(reason)
    else this.tellGone()
  }

  pull(frame: Int16Array): boolean {
    const { announcer, partner } = this
    if (!announcer?.active || !this.audible) return partner?.pull(frame) ?? false
    if (!partner?.mixes) {
      partner?.skip()
      return announcer.pull(frame)
    }
    const announcing = announcer.pull(this.speech)
    const playing = partner.pull(frame)
    if (!announcing) return playing
    if (playing) mixInto(frame, this.speech)
    else frame.set(this.speech)
    return true
  }

  private tellGone(): void {
    if (this.goneFor) this.options.emit({ type: 'leg-gone', leg: this.options.leg, reason: this.goneFor })
  }
}
