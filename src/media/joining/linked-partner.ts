import type { CodecName } from '../../audio/index.js'
import { RateBridge, type RtpLeg } from '../../legs/index.js'
import type { LegRate } from '../../session/index.js'
import type { LinkPartner, Partner } from '../partner.js'
import type { RingEntry } from './frame-ring.js'
import type { LinkEnd, LinkMessage } from './link.js'

/** A seat, as far as a link needs it. */
export interface LinkedSeat {
  /** Undefined as long as its media is not known. */
  readonly leg: RtpLeg | undefined
  join(partner: Partner): void
  leave(partner: Partner): void
}

/** A key that is heard as a tone is kept out of the sound for so many frames: 200 ms. */
const hushFrames = 10
const silence = { 8000: new Int16Array(160), 16000: new Int16Array(320) }
const never = new AbortController().signal

/**
 * What a party talks with over a link: the party of another leg, or a conference. While both legs have the same codec and
 * nobody listens in, payloads go over the link as they came; otherwise frames do.
 */
export class LinkedPartner implements LinkPartner {
  readonly kind = 'link'
  wanted: CodecName | undefined
  private bridge:
    | { readonly from: LegRate; readonly convert: RateBridge; readonly frame: Int16Array }
    | undefined
  /** Whether the last entry was a payload, or stood in place of one. */
  private payloads = false
  private farEvents = false
  private told = ''
  private hushed = 0
  private closed = false

  /** @param mutesDigits whether the other end does not hear this party's keys */
  constructor(
    private readonly seat: LinkedSeat,
    private readonly end: LinkEnd,
    private readonly mutesDigits: boolean,
  ) {}

  /** Takes its seat. */
  start(): void {
    this.seat.join(this)
    this.end.listen({
      message: (message) => this.message(message),
      closed: () => this.close(),
    })
    this.changed()
  }

  frame(frame: Int16Array): void {
    const rate = frame.length === 160 ? 8000 : 16_000
    if (this.hushed > 0) {
      this.hushed--
      this.end.outgoing.writePcm(silence[rate], rate)
    } else this.end.outgoing.writePcm(frame, rate)
  }

  pull(frame: Int16Array): boolean {
    const entry = this.end.incoming.next()
    if (!entry) return false
    const filled = this.fill(frame, entry)
    this.end.incoming.take()
    return filled
  }

  skip(): void {
    if (this.end.incoming.next()) this.end.incoming.take()
  }

  take(payload: Uint8Array, bytes: number): void {
    if (this.wanted) this.end.outgoing.writePayload(payload, bytes, this.wanted)
  }

  give(payload: Uint8Array, codec: CodecName): number {
    const { incoming } = this.end
    const entry = incoming.next()
    if (!entry) return this.payloads ? 0 : -1
    this.payloads = entry.kind === codec || entry.kind === 'nothing'
    if (!this.payloads) return -1
    for (let i = 0; i < entry.bytes; i++) payload[i] = entry.payload[i]!
    incoming.take()
    return entry.bytes
  }

  changed(): void {
    const { leg } = this.seat
    if (!leg || this.closed) return
    const message: LinkMessage = {
      type: 'format',
      rate: leg.sampleRate,
      payloads: leg.sends,
      events: leg.takesEvents,
    }
    const told = JSON.stringify(message)
    if (told === this.told) return
    this.told = told
    this.end.tell(message)
  }

  digit(digit: string, audible: boolean): void {
    const crosses = !this.mutesDigits && (!audible || this.farEvents)
    if (audible && (this.mutesDigits || this.farEvents)) this.hushed = hushFrames
    if (crosses) this.end.tell({ type: 'digit', digit })
  }

  displaced(): void {
    this.close()
  }

  private close(): void {
    if (this.closed) return
    this.closed = true
    this.end.close()
    this.seat.leave(this)
  }

  private message(message: LinkMessage): void {
    if (message.type === 'digit') {
      this.seat.leg?.sendDigits(message.digit, never)
      return
    }
    this.wanted = message.payloads
    this.farEvents = message.events
  }

  /** Payloads that were on their way when frames were asked for are lost. */
  private fill(frame: Int16Array, { kind, pcm, bytes }: RingEntry): boolean {
    if (kind !== 8000 && kind !== 16_000) return false
    this.payloads = false
    if (bytes === frame.byteLength) {
      for (let i = 0; i < frame.length; i++) frame[i] = pcm[i]!
      return true
    }
    if (this.bridge?.from !== kind) {
      const own: LegRate = kind === 8000 ? 16_000 : 8000
      this.bridge = { from: kind, convert: new RateBridge(kind, own), frame: new Int16Array(kind / 50) }
    }
    const { convert, frame: other } = this.bridge
    for (let i = 0; i < other.length; i++) other[i] = pcm[i]!
    convert.convert(other, frame)
    return true
  }
}
