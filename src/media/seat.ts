import { type CodecName, mixInto } from '../audio/index.js'
import type { Clock } from '../base/clock.js'
import type { PayloadPort, RtpLeg } from '../legs/index.js'
import type { FrameSource, LegListener } from '../session/index.js'
import type { Activities } from './activities.js'
import type { GoneReason, Partner } from './partner.js'
import type { MediaEvent } from './port.js'

export interface SeatOptions {
  readonly leg: string
  readonly clock: Clock
  readonly emit: (event: MediaEvent) => void
}

/**
 * Who feeds and who hears a leg. It has at most one partner at a time; announcements are heard in its place, or together
 * with it, while there are any. Recordings, listening and streams listen in on the leg itself (`PacedLeg.onFrames`). What
 * apps send over streams is heard beside all that.
 */
export class Seat implements LegListener, FrameSource, PayloadPort {
  /** Undefined as long as its media is not known. */
  leg: RtpLeg | undefined
  /** Whether the party hears anything: before, announcements wait. */
  audible = false
  private partner: Partner | undefined
  private activities: Pick<Activities, 'announcer' | 'overlay' | 'streams'> | undefined
  private announced = new Int16Array(0)
  private goneFor: GoneReason | undefined

  constructor(private readonly options: SeatOptions) {}

  /** Frames flow from here on. */
  begin(leg: RtpLeg, activities: Pick<Activities, 'announcer' | 'overlay' | 'streams'>): void {
    this.leg = leg
    this.activities = activities
    this.announced = new Int16Array(leg.sampleRate / 50)
    leg.attach(this, this)
    leg.attachPayloads(this)
    this.changed()
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
    // A session that heard of the end kept it to itself.
    if (partner.kind === 'session') this.options.clock.after(0, () => this.tellGone())
  }

  /** Ends a bridge, or the part in a conference. */
  unlink(): void {
    if (this.partner?.kind === 'link') this.part()
  }

  /** The leg closes: whatever partnership there is ends. */
  close(): void {
    this.goneFor = undefined
    this.part()
  }

  frame(frame: Int16Array, lost: boolean): void {
    this.streams?.tick(this.audible)
    this.partner?.frame(this.linked ? (this.streams?.said(frame) ?? frame) : frame, lost)
  }

  digit(digit: string, audible: boolean): void {
    this.options.emit({ type: 'digit', leg: this.options.leg, digit })
    this.streams?.digit(digit)
    this.partner?.digit(digit, audible)
  }

  gone(reason: GoneReason): void {
    this.goneFor = reason
    if (this.partner?.kind === 'session') this.partner.gone(reason)
    else this.tellGone()
  }

  pull(frame: Int16Array): boolean {
    const playing = this.overlaid(frame, this.pullOwn(frame))
    return this.streams?.heard(frame, playing, !this.linked) ?? playing
  }

  get wanted(): CodecName | undefined {
    return this.partner?.kind === 'link' ? this.partner.wanted : undefined
  }

  take(payload: Uint8Array, bytes: number): void {
    if (this.partner?.kind === 'link') this.partner.take(payload, bytes)
  }

  give(payload: Uint8Array, codec: CodecName): number {
    return this.partner?.kind === 'link' && !this.announcing && !this.overlaying
      ? this.partner.give(payload, codec)
      : -1
  }

  changed(): void {
    if (this.partner?.kind === 'link') this.partner.changed()
  }

  /** What the party hears, but for streams. */
  private pullOwn(frame: Int16Array): boolean {
    const { partner, activities } = this
    if (!activities || !this.announcing) return partner?.pull(frame) ?? false
    const { announcer } = activities
    if (partner?.kind !== 'session') {
      partner?.skip()
      return announcer.pull(frame)
    }
    const announcing = announcer.pull(this.announced)
    return this.mixed(frame, partner.pull(frame), announcing)
  }

  /** Adds what is heard over all else. @param playing whether `frame` holds anything yet */
  private overlaid(frame: Int16Array, playing: boolean): boolean {
    if (!this.activities || !this.overlaying) return playing
    return this.mixed(frame, playing, this.activities.overlay.pull(this.announced))
  }

  /** @param sounding whether `announced` holds anything */
  private mixed(frame: Int16Array, playing: boolean, sounding: boolean): boolean {
    if (!sounding) return playing
    if (playing) mixInto(frame, this.announced)
    else frame.set(this.announced)
    return true
  }

  private part(): void {
    const { partner } = this
    this.partner = undefined
    partner?.displaced()
  }

  /** Whether there is another party, or several. */
  private get linked(): boolean {
    return this.partner?.kind === 'link'
  }

  private get announcing(): boolean {
    return this.audible && this.activities?.announcer.active === true
  }

  private get overlaying(): boolean {
    return this.audible && this.activities?.overlay.active === true
  }

  private get streams(): Activities['streams'] | undefined {
    return this.activities?.streams
  }

  private tellGone(): void {
    if (this.goneFor) this.options.emit({ type: 'leg-gone', leg: this.options.leg, reason: this.goneFor })
  }
}
