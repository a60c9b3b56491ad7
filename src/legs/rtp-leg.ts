import { type Codec, type CodecName, createCodec, DtmfDetector, DtmfGenerator } from '../audio/index.js'
import type { Clock } from '../base/clock.js'
import { type DelayOptions, type Pacer, type PortPair, RtpSession, type RtpStats } from '../rtp/index.js'
import type { NegotiatedMedia } from '../sip/index.js'
import { DigitFilter, type DigitWay } from './digit-filter.js'
import { PacedLeg } from './paced-leg.js'
import { mostPayloadBytes, type PayloadPort } from './payload-port.js'
import { RateBridge } from './rate-bridge.js'

export interface RtpLegOptions {
  readonly id: string
  readonly media: NegotiatedMedia
  /** Closed with the leg. */
  readonly ports: PortPair
  readonly clock: Clock
  readonly pacer: Pacer
  /** SSRC of what is sent, where SDP has told it already. */
  readonly ssrc?: number | undefined
  /** ms without RTP after which the leg is gone. */
  readonly timeoutMs?: number
  /** Bounds of the jitter buffer. */
  readonly delay?: Partial<DelayOptions>
  /** 0 up to but not 1. */
  readonly random?: () => number
}

/** Ticks without payloads after which silence is sent instead: the peer has concealed the hole by then. */
const concealedTicks = 5

/**
 * A party reached by RTP. Its frames keep the rate of the codec it began with; should a re-INVITE bring a codec of another
 * rate, they are resampled.
 */
export class RtpLeg extends PacedLeg {
  private readonly session: RtpSession
  private readonly filter = new DigitFilter()
  private readonly tones: DtmfGenerator
  private readonly toneEar: DtmfDetector
  private readonly ports: PortPair
  private media: NegotiatedMedia
  private codec: Codec
  /** Only while the codec's rate is not the leg's. */
  private bridges:
    | { readonly inward: RateBridge; readonly outward: RateBridge; readonly frame: Int16Array }
    | undefined
  private payloads: PayloadPort | undefined
  private readonly payload = new Uint8Array(mostPayloadBytes)
  /** The peer's packets are not of 20 ms: they have to be decoded. */
  private unfit = false
  private missing = 0
  private closing: Promise<void> | undefined

  constructor(options: RtpLegOptions) {
    const codec = createCodec(options.media.codec)
    super({ id: options.id, sampleRate: codec.sampleRate, clock: options.clock, pacer: options.pacer })
    this.media = options.media
    this.codec = codec
    this.ports = options.ports
    this.tones = new DtmfGenerator(codec.sampleRate)
    this.toneEar = new DtmfDetector(codec.sampleRate, (digit) => this.digit(digit, 'tone'))
    this.session = new RtpSession({
      media: options.media,
      codec,
      sockets: options.ports,
      clock: options.clock,
      random: options.random,
      ssrc: options.ssrc,
      timeoutMs: options.timeoutMs,
      delay: options.delay,
      listener: {
        digit: (digit) => this.digit(digit, 'event'),
        timeout: () => this.end('rtp-timeout'),
      },
    })
  }

  /** Goes on with what a re-INVITE or UPDATE agreed on. */
  update(media: NegotiatedMedia): void {
    if (this.closing) return
    const old = this.codec
    if (media.codec !== old.name) this.codec = createCodec(media.codec)
    this.media = media
    this.session.update(media, this.codec)
    if (this.codec === old) return
    old.close()
    this.bridges = this.makeBridges()
    this.unfit = false
    this.payloads?.changed()
  }

  /** Whether the party has to send audio, as it need not before the call is answered. True at first. */
  expectAudio(on: boolean): void {
    this.session.expect(on)
  }

  /** Bounds the delay of the jitter buffer, in ms. */
  limitDelay(maxMs: number): void {
    this.session.limitDelay(maxMs)
  }

  /** Opens a way around decoder and encoder; its user is also the listener and source for what does not take it. */
  attachPayloads(port: PayloadPort): void {
    this.payloads = port
  }

  /** The codec whose payloads could be sent to the party as they are; undefined while somebody listens in on them. */
  get sends(): CodecName | undefined {
    return this.outboundTapped ? undefined : this.codec.name
  }

  /** Whether the party takes keys as events; otherwise it hears them as tones. */
  get takesEvents(): boolean {
    return this.media.telephoneEvent !== undefined
  }

  /** A digit that came by signalling (SIP INFO). */
  injectDigit(digit: string): void {
    const key = digit.toUpperCase()
    if (/^[0-9*#A-D]$/.test(key)) this.digit(key, 'info')
  }

  stats(): RtpStats {
    return this.session.stats()
  }

  /** Ends the media and frees the ports. Nothing is told to the listener. */
  close(): Promise<void> {
    this.closing ??= this.closeAll()
    return this.closing
  }

  protected override tapsChanged(): void {
    this.payloads?.changed()
  }

  protected override receive(): void {
    const { payloads } = this
    if (payloads && this.handsOn(payloads.wanted)) {
      const bytes = this.session.pullPayload(this.payload)
      this.inbound.fill(0)
      if (bytes >= 0) return payloads.take(this.payload, bytes)
      this.unfit = true
    }
    super.receive()
  }

  protected override send(): void {
    const bytes = this.tones.remaining > 0 ? -1 : (this.payloads?.give(this.payload, this.codec.name) ?? -1)
    if (bytes < 0) return super.send()
    this.outbound.fill(0)
    this.missing = bytes === 0 ? this.missing + 1 : 0
    if (this.missing > concealedTicks) this.speak(this.outbound)
    else this.session.sendPayload(this.payload, bytes)
  }

  protected hear(frame: Int16Array): boolean {
    const { bridges } = this
    const lost = this.session.pullFrame(bridges ? bridges.frame : frame)
    if (bridges) bridges.inward.convert(bridges.frame, frame)
    // A peer that sends events sends its tones as events; listening for both would hear keys in voices.
    if (!this.media.telephoneEvent) this.toneEar.write(frame)
    return lost
  }

  protected speak(frame: Int16Array): void {
    if (this.session.sendingEvent) frame.fill(0)
    else if (this.tones.remaining > 0) this.tones.pull(frame)
    const { bridges } = this
    if (bridges) bridges.outward.convert(frame, bridges.frame)
    this.session.sendFrame(bridges ? bridges.frame : frame)
  }

  protected press(digit: string, ms: number): void {
    if (!this.session.sendEvent(digit, ms)) this.tones.start(digit, ms)
  }

  protected missed(ticks: number): void {
    this.session.skip(ticks)
  }

  private digit(digit: string, way: DigitWay): void {
    if (this.filter.isNew(digit, way, this.clock.now())) this.listener?.digit(digit, way === 'tone')
  }

  /** Whether this tick's sound can go undecoded: nobody listens in, and keys do not come as tones within it. */
  private handsOn(wanted: CodecName | undefined): boolean {
    const whole = !this.inboundTapped && !this.speaksAsParty
    return wanted === this.codec.name && this.takesEvents && !this.unfit && whole
  }

  private makeBridges(): typeof this.bridges {
    const { sampleRate } = this.codec
    if (sampleRate === this.sampleRate) return undefined
    return {
      inward: new RateBridge(sampleRate, this.sampleRate),
      outward: new RateBridge(this.sampleRate, sampleRate),
      frame: new Int16Array(sampleRate / 50),
    }
  }

  private async closeAll(): Promise<void> {
    this.stop('closed')
    await this.session.close()
    await this.ports.close()
    this.codec.close()
  }
}
