import type { Codec } from '../audio/index.js'
import type { NegotiatedMedia } from '../sip/index.js'
import type { DelayOptions } from './arrivals.js'
import { EventReceiver } from './event-receiver.js'
import { JitterBuffer } from './jitter-buffer.js'
import type { RtpHeader } from './packet.js'
import { Reception } from './reception.js'
import { TimestampUnwrapper } from './unwrap.js'

/** A new source takes over at once when the last has been silent this long; otherwise at its second packet in a row. */
const supersededMs = 100

/** Counts that survive a change of source. */
interface Past {
  packets: number
  lost: number
  discarded: number
  concealedMs: number
  frames: number
}

/** One incoming stream: sorts its packets into audio and key presses, and follows the sender through changes of SSRC. */
export class RtpReceiver {
  /** Source now heard; undefined before the first packet. */
  ssrc: number | undefined
  bytes = 0
  private reception = new Reception()
  private readonly timestamps = new TimestampUnwrapper()
  private events: EventReceiver
  private buffer: JitterBuffer
  private lastAt = 0
  private candidate: number | undefined
  private readonly past: Past = { packets: 0, lost: 0, discarded: 0, concealedMs: 0, frames: 0 }

  /**
   * @param digit called once per key press
   * @param sourceChanged called when another SSRC takes over
   */
  constructor(
    private media: NegotiatedMedia,
    private codec: Codec,
    private delay: Partial<DelayOptions>,
    private readonly digit: (digit: string) => void,
    private readonly sourceChanged: () => void,
  ) {
    this.buffer = new JitterBuffer(codec, delay)
    this.events = new EventReceiver(codec.clockRate)
  }

  /** Goes on with what a re-INVITE agreed on. */
  update(media: NegotiatedMedia, codec: Codec): void {
    this.media = media
    if (codec === this.codec) return
    this.codec = codec
    this.past.discarded += this.buffer.discarded
    this.past.concealedMs += this.buffer.concealedMs
    this.past.frames += this.buffer.frames
    this.buffer = new JitterBuffer(codec, this.delay)
    this.events = new EventReceiver(codec.clockRate)
    this.reception.forgetTransit()
    this.timestamps.reset()
  }

  /** Bounds the jitter buffer's delay, in ms. */
  limitDelay(maxMs: number): void {
    this.delay = { ...this.delay, maxMs }
    this.buffer.arrivals.limit(maxMs)
  }

  /** Takes a packet that `parseRtp` has read. */
  receive(data: Uint8Array, header: RtpHeader, now: number): void {
    if (!this.isHeard(header.ssrc, now)) return
    const sequence = this.sequence(header)
    if (sequence === undefined) return
    this.lastAt = now
    this.bytes += header.payloadEnd - header.payloadStart
    const timestamp = this.timestamps.unwrap(header.timestamp)
    if (header.payloadType === this.media.receivePayloadType) {
      this.audio(data, header, sequence, timestamp, now)
      return
    }
    this.buffer.pushSilent(sequence, timestamp, data)
    if (header.payloadType !== this.media.telephoneEvent?.receivePayloadType) return
    const { payloadStart, payloadEnd } = header
    const key = this.events.receive(header.timestamp, header.marker, data, payloadStart, payloadEnd)
    if (key !== undefined) this.digit(key)
  }

  /** The next 20 ms. @returns true when it is not what was sent */
  pull(out: Int16Array, now: number): boolean {
    return this.buffer.pull(out, now)
  }

  /** As `pull`, undecoded. @see JitterBuffer.pullPayload */
  pullPayload(out: Uint8Array, now: number): number {
    return this.buffer.pullPayload(out, now)
  }

  /** What RTCP reports of this stream; undefined before it began. Each call begins a new interval of loss. */
  report():
    | { ssrc: number; fractionLost: number; lost: number; highestSequence: number; jitter: number }
    | undefined {
    if (this.ssrc === undefined) return undefined
    const { counts, highest, jitter } = this.reception
    const fractionLost = this.reception.takeFractionLost()
    return {
      ssrc: this.ssrc,
      fractionLost,
      lost: counts.lost,
      highestSequence: highest,
      jitter: Math.round(jitter),
    }
  }

  get packets(): number {
    return this.past.packets + this.reception.received
  }

  get lost(): number {
    return this.past.lost + Math.max(0, this.reception.counts.lost)
  }

  get discarded(): number {
    return this.past.discarded + this.buffer.discarded
  }

  get concealedMs(): number {
    return this.past.concealedMs + this.buffer.concealedMs
  }

  /** Frames of 20 ms pulled. */
  get frames(): number {
    return this.past.frames + this.buffer.frames
  }

  get jitterMs(): number {
    return (this.reception.jitter * 1000) / this.codec.clockRate
  }

  delayMs(now: number): number {
    return this.buffer.delayMs(now)
  }

  private audio(data: Uint8Array, header: RtpHeader, sequence: number, timestamp: number, now: number): void {
    const { payloadStart, payloadEnd } = header
    const jumped = this.buffer.push(sequence, timestamp, data, payloadStart, payloadEnd, now)
    if (jumped) this.reception.forgetTransit()
    this.reception.arrived((now * this.codec.clockRate) / 1000, timestamp)
  }

  private isHeard(ssrc: number, now: number): boolean {
    if (ssrc === this.ssrc) {
      this.candidate = undefined
      return true
    }
    if (this.ssrc !== undefined && now - this.lastAt < supersededMs && this.candidate !== ssrc) {
      this.candidate = ssrc
      return false
    }
    if (this.ssrc !== undefined) this.changeSource()
    this.ssrc = ssrc
    this.candidate = undefined
    return true
  }

  private sequence(header: RtpHeader): number | undefined {
    const { counts } = this.reception
    const received = this.reception.received
    const sequence = this.reception.sequence(header.sequence)
    if (sequence !== 'restart') return sequence
    this.past.packets += received
    this.past.lost += Math.max(0, counts.lost)
    this.restart()
    return this.reception.highest
  }

  private changeSource(): void {
    this.past.packets += this.reception.received
    this.past.lost += Math.max(0, this.reception.counts.lost)
    this.reception = new Reception()
    this.restart()
    this.sourceChanged()
  }

  private restart(): void {
    this.timestamps.reset()
    this.events.reset()
    this.buffer.reset()
  }
}
