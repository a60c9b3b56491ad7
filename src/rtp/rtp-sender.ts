import type { Codec } from '../audio/index.js'
import type { NegotiatedMedia } from '../sip/index.js'
import { EventSender, eventPayloadBytes } from './event-sender.js'
import { rtpHeaderBytes, writeRtpHeader } from './packet.js'
import { srtpRoomBytes } from './srtp/transform.js'

/** Packets whose bytes stay untouched after sending, in case the system takes them late: 320 ms at 20 ms a packet. */
const ringSize = 16
const payloadBytes = 1024
/** All codecs but Opus are 64 kbit/s streams that can be cut anywhere: 8 bytes a millisecond. */
const bytesPerMs = 8
const frameMs = 20

/** Takes a finished packet, with room behind it to be protected in place. `packet` is reused after 16 more. */
export type SendPacket = (packet: Uint8Array, length: number) => void

/**
 * One outgoing stream. Once per 20 ms tick exactly one of `audio`, `payload` and `nothing` is called; the RTP clock moves with each,
 * whether or not a packet goes out. While a key press is being sent, its packets go in place of audio.
 */
export class RtpSender {
  packets = 0
  /** Payload octets, as RTCP counts them. */
  octets = 0
  /** RTP timestamp of the frame that comes next. */
  timestamp: number
  readonly ssrc: number
  private sequence: number
  private readonly ring: { readonly packet: Uint8Array; readonly payload: Uint8Array }[] = []
  private turn = 0
  private readonly events = new EventSender()
  /** The next packet begins a stretch of sound after none. */
  private marker = true
  /** Cuts the stream to the peer's ptime where that is not 20 ms. */
  private readonly staged = new Uint8Array(payloadBytes)
  private stagedBytes = 0

  constructor(
    private media: NegotiatedMedia,
    private codec: Codec,
    random: () => number,
    private readonly sendPacket: SendPacket,
    ssrc = Math.floor(random() * 2 ** 32),
  ) {
    this.ssrc = ssrc
    this.timestamp = Math.floor(random() * 2 ** 32)
    // In the lower half: a peer that misses the first packets of an encrypted stream must not miss a wrap with them.
    this.sequence = Math.floor(random() * 2 ** 15)
    for (let i = 0; i < ringSize; i++) {
      const packet = new Uint8Array(rtpHeaderBytes + payloadBytes + srtpRoomBytes)
      this.ring.push({ packet, payload: packet.subarray(rtpHeaderBytes, rtpHeaderBytes + payloadBytes) })
    }
  }

  /** Whether a key press is being sent, its three end packets included. */
  get sendingEvent(): boolean {
    return this.events.active
  }

  /** Goes on with what a re-INVITE agreed on. Sequence numbers and timestamps continue. */
  update(media: NegotiatedMedia, codec: Codec): void {
    this.flush()
    this.media = media
    this.codec = codec
    this.marker = true
  }

  /** Begins a key press at the next tick. @returns false when the character is no key or the peer takes no events */
  startEvent(key: string, ms: number): boolean {
    if (!this.media.telephoneEvent || !this.events.start(key, ms)) return false
    this.flush()
    return true
  }

  /** One tick with 20 ms of PCM at the codec's rate. */
  audio(frame: Int16Array): void {
    if (this.events.active) this.event()
    else if (this.ptimeMs === frameMs) {
      const { payload } = this.ring[this.turn]!
      this.emit(this.media.payloadType, this.timestamp, this.codec.encode(frame, payload))
    } else {
      const { payload } = this.ring[this.turn]!
      this.stage(payload, this.codec.encode(frame, payload))
    }
    this.advance(1)
  }

  /**
   * One tick with 20 ms that are encoded already.
   * @param bytes 0 where they were lost on the way here: the peer is to conceal them, so a sequence number is left out
   */
  payload(data: Uint8Array, bytes: number): void {
    if (this.events.active) this.event()
    else if (bytes === 0) {
      this.flush()
      this.sequence = (this.sequence + 1) & 0xffff
    } else if (this.ptimeMs === frameMs) {
      const { payload } = this.ring[this.turn]!
      for (let i = 0; i < bytes; i++) payload[i] = data[i]!
      this.emit(this.media.payloadType, this.timestamp, bytes)
    } else this.stage(data, bytes)
    this.advance(1)
  }

  /** One tick on which nothing goes out: the call is held, or ticks were missed. */
  nothing(ticks = 1): void {
    this.flush()
    this.marker = true
    this.advance(ticks)
  }

  private advance(ticks: number): void {
    this.timestamp = (this.timestamp + (ticks * frameMs * this.codec.clockRate) / 1000) % 2 ** 32
  }

  /** ms of audio in a packet: what the peer wants where the codec can be cut, in steps of 10 from 10 to 60. */
  private get ptimeMs(): number {
    const { codec, ptimeMs } = this.media
    return codec !== 'opus' && ptimeMs % 10 === 0 && ptimeMs >= 10 && ptimeMs <= 60 ? ptimeMs : frameMs
  }

  private event(): void {
    const { payloadType, clockRate } = this.media.telephoneEvent!
    this.events.next(this.ring[this.turn]!.payload, this.timestamp, clockRate)
    this.marker = this.events.marker
    this.emit(payloadType, this.events.timestamp, eventPayloadBytes)
  }

  private stage(data: Uint8Array, bytes: number): void {
    for (let i = 0; i < bytes; i++) this.staged[this.stagedBytes + i] = data[i]!
    this.stagedBytes += bytes
    // In bytes and ticks alike one unit is 125 µs: the staged bytes end with this frame.
    const end = this.timestamp + frameMs * bytesPerMs
    const whole = this.ptimeMs * bytesPerMs
    let from = 0
    for (; this.stagedBytes - from >= whole; from += whole) {
      this.emitStaged(from, whole, end - (this.stagedBytes - from))
    }
    this.staged.copyWithin(0, from, this.stagedBytes)
    this.stagedBytes -= from
  }

  /** Sends what is staged as a shorter packet: no audio comes after it for now. */
  private flush(): void {
    if (this.stagedBytes > 0) this.emitStaged(0, this.stagedBytes, this.timestamp - this.stagedBytes)
    this.stagedBytes = 0
  }

  private emitStaged(from: number, bytes: number, timestamp: number): void {
    const { payload } = this.ring[this.turn]!
    for (let i = 0; i < bytes; i++) payload[i] = this.staged[from + i]!
    this.emit(this.media.payloadType, timestamp, bytes)
  }

  private emit(payloadType: number, timestamp: number, bytes: number): void {
    if (bytes <= 0) return
    const { packet } = this.ring[this.turn]!
    writeRtpHeader(packet, payloadType, this.marker, this.sequence, timestamp, this.ssrc)
    this.sequence = (this.sequence + 1) & 0xffff
    this.marker = false
    this.turn = (this.turn + 1) % ringSize
    this.packets++
    this.octets += bytes
    this.sendPacket(packet, rtpHeaderBytes + bytes)
  }
}
