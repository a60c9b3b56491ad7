import type { Codec } from '../audio/index.js'
import type { Clock } from '../base/clock.js'
import type { NegotiatedMedia } from '../sip/index.js'
import type { DelayOptions } from './arrivals.js'
import type { Endpoint, MediaSocket } from './media-socket.js'
import { emptyRtpHeader, isRtcp, parseRtp, uint32 } from './packet.js'
import { meanOpinion } from './quality.js'
import { RtcpReporter } from './rtcp-reporter.js'
import { RtpReceiver } from './rtp-receiver.js'
import { RtpSender } from './rtp-sender.js'
import { SourceLatch } from './source-latch.js'
import { SecureSockets } from './srtp/secure-sockets.js'
import type { RtpStats } from './stats.js'

/** Told of what happens on the stream, on the media path. */
export interface RtpListener {
  /** Once per key press, at its first RFC 4733 packet. */
  digit(digit: string): void
  /** Nothing came for longer than the limit; told once. */
  timeout(): void
}

export interface RtpSessionOptions {
  readonly media: NegotiatedMedia
  /** Codec of `media.codec`; stays the caller's to close. */
  readonly codec: Codec
  /** Bound already; closed by `close`. */
  readonly sockets: { readonly rtp: MediaSocket; readonly rtcp: MediaSocket }
  readonly clock: Clock
  readonly listener: RtpListener
  /** 0 up to but not 1. */
  readonly random?: () => number
  /** SSRC of what is sent, where SDP has told it already; random when absent. */
  readonly ssrc?: number | undefined
  /** Name of this end in RTCP; random when absent. */
  readonly cname?: string
  /** ms without a packet, while neither end holds, that end the session. Default 30,000. */
  readonly timeoutMs?: number
  readonly delay?: Partial<DelayOptions>
}

const frameMs = 20
/** Mean ms between RTCP reports (RFC 3550 §6.2). */
const rtcpIntervalMs = 5_000

/**
 * One audio stream each way over a pair of ports. Every 20 ms whoever owns it calls `pullFrame` once, and `sendFrame` or
 * `sendSilence` once; all else happens by itself.
 */
export class RtpSession {
  private readonly header = emptyRtpHeader()
  private readonly sender: RtpSender
  private readonly receiver: RtpReceiver
  private readonly rtcp: RtcpReporter
  private readonly sockets: SecureSockets
  private readonly latch: SourceLatch
  private readonly rtcpLatch: SourceLatch
  private readonly timeoutMs: number
  private media: NegotiatedMedia
  private codec: Codec
  private silence: Int16Array
  private lastPacketAt: number
  private lastSentAt = Number.NEGATIVE_INFINITY
  private junk = 0
  private timedOut = false
  private expectant = true
  private closed = false

  constructor(private readonly options: RtpSessionOptions) {
    const { media, codec, clock, listener } = options
    const random = options.random ?? Math.random
    this.media = media
    this.codec = codec
    this.silence = silenceFor(codec)
    this.sockets = new SecureSockets(options.sockets)
    this.sockets.use(media.srtp)
    this.timeoutMs = options.timeoutMs ?? 30_000
    this.lastPacketAt = clock.now()
    this.latch = new SourceLatch(media.remote)
    this.rtcpLatch = new SourceLatch(media.remoteRtcp)
    const send = (packet: Uint8Array, length: number): void => this.transmit(packet, length)
    this.sender = new RtpSender(media, codec, random, send, options.ssrc)
    this.receiver = new RtpReceiver(
      media,
      codec,
      options.delay ?? {},
      (digit) => listener.digit(digit),
      () => this.rtcp.forgetSender(),
    )
    this.rtcp = new RtcpReporter(
      {
        ssrc: this.sender.ssrc,
        senderInfo: () => this.senderInfo(),
        receptionBlock: () => this.receiver.report(),
        send: (packet, length) => this.transmitRtcp(packet, length),
      },
      {
        clock,
        random,
        cname: options.cname ?? Math.floor(random() * 2 ** 48).toString(36),
        intervalMs: rtcpIntervalMs,
      },
    )
    this.sockets.rtp.onPacket((packet, from) => this.received(packet, from))
    this.sockets.rtcp.onPacket((packet, from) => this.receivedRtcp(packet, from, this.rtcpLatch))
  }

  /** Samples in a frame of 20 ms at the codec's rate. */
  get frameSamples(): number {
    return this.silence.length
  }

  /** Whether a key press is being sent: audio handed in meanwhile is not. */
  get sendingEvent(): boolean {
    return this.sender.sendingEvent
  }

  /**
   * Takes the next 20 ms from the jitter buffer.
   * @param out `frameSamples` long
   * @returns true when it is concealment or silence instead of what was sent
   */
  pullFrame(out: Int16Array): boolean {
    const now = this.options.clock.now()
    const lost = this.receiver.pull(out, now)
    this.watchTime(now)
    return lost
  }

  /**
   * Takes the next 20 ms from the jitter buffer undecoded, in place of `pullFrame`.
   * @returns bytes; 0 when there is nothing to play, -1 when `pullFrame` is to be called after all: the peer's packets are
   *   not of 20 ms, or too large for `out`
   */
  pullPayload(out: Uint8Array): number {
    const now = this.options.clock.now()
    const bytes = this.receiver.pullPayload(out, now)
    if (bytes >= 0) this.watchTime(now)
    return bytes
  }

  /** Sends 20 ms of PCM at the codec's rate; on hold, or during a key press, it is dropped. */
  sendFrame(frame: Int16Array): void {
    if (this.closed) return
    if (!this.maySend) this.sender.nothing()
    else this.sender.audio(frame)
  }

  /** Sends 20 ms that are encoded already, in place of `sendFrame`; 0 bytes where they are missing. */
  sendPayload(payload: Uint8Array, bytes: number): void {
    if (this.closed) return
    if (!this.maySend) this.sender.nothing()
    else this.sender.payload(payload, bytes)
  }

  /** As `sendFrame` with silence: packets keep flowing, which keeps NATs open and jitter buffers calm. */
  sendSilence(): void {
    this.sendFrame(this.silence)
  }

  /** Ticks that the pacer left out: timestamps follow real time over the hole. */
  skip(ticks: number): void {
    this.sender.nothing(ticks)
  }

  /**
   * Begins a key press by RFC 4733, which goes out in place of the next frames.
   * @param digit one of `0-9 * # A-D`
   * @returns false when the peer takes no events: send tones instead
   */
  sendEvent(digit: string, durationMs = 100): boolean {
    return this.sender.startEvent(digit, durationMs)
  }

  /** Bounds the delay of the jitter buffer, in ms. */
  limitDelay(maxMs: number): void {
    this.receiver.limitDelay(maxMs)
  }

  /** Whether the peer has to send, as it need not before the call is answered. True at first. */
  expect(on: boolean): void {
    if (on && !this.owed) this.lastPacketAt = this.options.clock.now()
    this.expectant = on
  }

  /**
   * Goes on with what a re-INVITE agreed on: address, direction, payload types, codec.
   * @param codec another one when `media.codec` changed, else the same
   */
  update(media: NegotiatedMedia, codec: Codec): void {
    if (!this.owed) this.lastPacketAt = this.options.clock.now()
    this.media = media
    this.codec = codec
    this.silence = silenceFor(codec)
    this.sockets.use(media.srtp)
    this.latch.update(media.remote)
    this.rtcpLatch.update(media.remoteRtcp)
    this.sender.update(media, codec)
    this.receiver.update(media, codec)
  }

  stats(): RtpStats {
    const { receiver, sender, rtcp } = this
    const delayMs = receiver.delayMs(this.options.clock.now())
    const concealed = receiver.frames === 0 ? 0 : receiver.concealedMs / (receiver.frames * frameMs)
    const { remote } = rtcp
    return {
      received: {
        packets: receiver.packets,
        bytes: receiver.bytes,
        lost: receiver.lost,
        discarded: receiver.discarded,
        jitterMs: receiver.jitterMs,
        concealedMs: receiver.concealedMs,
        delayMs,
        rejected: this.junk + this.latch.rejected + this.sockets.rejected,
      },
      sent: {
        packets: sender.packets,
        bytes: sender.octets,
        errors: this.sockets.rtp.sendErrors,
      },
      remote: remote && {
        lossRatio: remote.lossRatio,
        lost: remote.lost,
        jitterMs: (remote.jitter * 1000) / this.codec.clockRate,
      },
      roundTripMs: rtcp.roundTripMs,
      mos: meanOpinion(this.codec.name, concealed, (rtcp.roundTripMs ?? 0) / 2 + delayMs + frameMs),
    }
  }

  /** Says goodbye by RTCP and closes the sockets. */
  async close(): Promise<void> {
    if (this.closed) return
    this.rtcp.close()
    this.closed = true
    const { rtp, rtcp } = this.sockets
    await Promise.all([rtp.close(), rtcp.close()])
  }

  private get maySend(): boolean {
    return this.media.direction === 'sendrecv' || this.media.direction === 'sendonly'
  }

  private get mayReceive(): boolean {
    return this.media.direction === 'sendrecv' || this.media.direction === 'recvonly'
  }

  /** Whether silence means that the peer is gone. One that holds may send music or nothing (RFC 3264 §8.4). */
  private get owed(): boolean {
    return this.media.direction === 'sendrecv' && this.expectant
  }

  private watchTime(now: number): void {
    if (!this.owed || this.timedOut || now - this.lastPacketAt <= this.timeoutMs) return
    this.timedOut = true
    this.options.listener.timeout()
  }

  private received(packet: Uint8Array, from: Endpoint): void {
    if (isRtcp(packet)) {
      this.receivedRtcp(packet, from, this.latch)
      return
    }
    const now = this.options.clock.now()
    if (!parseRtp(packet, this.header)) this.junk++
    else if (this.latch.accept(from, this.header.ssrc, now) && this.mayReceive) {
      this.lastPacketAt = now
      this.receiver.receive(packet, this.header, now)
    }
  }

  private receivedRtcp(packet: Uint8Array, from: Endpoint, latch: SourceLatch): void {
    if (!isRtcp(packet)) this.junk++
    else if (latch.accept(from, uint32(packet, 4), this.options.clock.now())) this.rtcp.receive(packet)
  }

  private transmit(packet: Uint8Array, length: number): void {
    const { target } = this.latch
    // 0.0.0.0 is how RFC 2543 spelled hold.
    if (target.address === '0.0.0.0' || target.address === '::') return
    this.lastSentAt = this.options.clock.now()
    this.sockets.rtp.send(packet, length, target)
  }

  private transmitRtcp(packet: Uint8Array, length: number): void {
    const { rtp, rtcp } = this.sockets
    if (this.media.rtcpMux) rtp.send(packet, length, this.latch.target)
    else rtcp.send(packet, length, this.rtcpLatch.target)
  }

  /** Nothing sent for two intervals makes this end a receiver only (RFC 3550 §6.4). */
  private senderInfo(): { timestamp: number; packets: number; octets: number } | undefined {
    const sentAgo = this.options.clock.now() - this.lastSentAt
    if (sentAgo > 2 * rtcpIntervalMs) return undefined
    const { timestamp, packets, octets } = this.sender
    return { timestamp, packets, octets }
  }
}

function silenceFor(codec: Codec): Int16Array {
  return new Int16Array((codec.sampleRate * frameMs) / 1000)
}
