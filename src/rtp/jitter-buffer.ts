import { type Codec, payloadMs } from '../audio/index.js'
import { Arrivals, type DelayOptions, defaultDelay } from './arrivals.js'
import { Concealment } from './concealment.js'
import { PacketQueue, type QueuedPacket } from './packet-queue.js'
import { PullClock } from './pull-clock.js'
import { TimeScaler } from './time-scale.js'

const frameMs = 20
/** The delay may be this much over its target before it is shortened; and this much under. */
const tooLongMs = frameMs
const tooShortMs = 2
/** Past this the excess is not worked off by shortening but skipped. */
const skipMs = 500
/** Past this it is worked off at every frame, at good places or bad. */
const urgentMs = 60
/** Otherwise not oftener than every so many frames. */
const restFrames = 5
/** A bad place to cut is followed by others like it: frames until the next attempt, twice as many after each that fails. */
const retryFrames = 2
const retryFramesMost = 32
/** Packets handed on undecoded cannot be shortened: one is left out when the delay is this much over its target. */
const packetTooLongMs = 2 * frameMs
/** The longest packet, 120 ms, after what was left of another. */
const roomMs = 240
/** Frames that a codec's own concealment is asked for in a row. */
const codecConcealFrames = 5

/**
 * From packets to an unbroken stream of 20 ms frames. Decodes at playout; keeps the delay at what the arrivals ask for by
 * taking out or putting in pitch periods, which also makes up for drifting clocks; conceals what is missing.
 *
 * Two rules govern gaps. When nothing is there, playout conceals and waits: a late packet is still played, and the delay
 * it cost is worked off later. When only a later packet is there, it is played once it is due by its timestamp: a lost
 * packet is concealed for its own length that way, silence is kept at its own length, and surplus delay vanishes in it.
 */
export class JitterBuffer {
  /** ms of audio made up in place of what was lost or late. */
  concealedMs = 0
  /** Frames pulled. */
  frames = 0
  readonly arrivals: Arrivals
  private readonly queue = new PacketQueue()
  private readonly clock = new PullClock(frameMs)
  private readonly concealment: Concealment
  private readonly scaler: TimeScaler
  private readonly frameSamples: number
  private readonly samplesPerMs: number
  private readonly ticksPerMs: number
  /** Decoded and not yet pulled. */
  private readonly pcm: Int16Array
  private length = 0
  private readonly decoded: Int16Array
  /** Timestamp after the last sample decoded; undefined until audio begins. */
  private decodedEnd: number | undefined
  private concealedInRow = 0
  private concealedInRowMs = 0
  private lastSequence = -1
  private madeUp = 0
  private rest = 0
  private retry = retryFrames
  /** The last frame was handed on undecoded. */
  private handedOn = false

  constructor(
    private readonly codec: Codec,
    options: Partial<DelayOptions> = {},
  ) {
    const { sampleRate } = codec
    this.arrivals = new Arrivals({ ...defaultDelay, ...options })
    this.concealment = new Concealment(sampleRate)
    this.scaler = new TimeScaler(sampleRate)
    this.samplesPerMs = sampleRate / 1000
    this.ticksPerMs = codec.clockRate / 1000
    this.frameSamples = frameMs * this.samplesPerMs
    this.pcm = new Int16Array(roomMs * this.samplesPerMs)
    this.decoded = new Int16Array(1920)
  }

  /** Packets dropped because they came twice, too late, or did not fit. */
  get discarded(): number {
    return this.queue.discarded
  }

  /** ms between the fastest arrival and playout, as things stand; 0 before any audio. */
  delayMs(now: number): number {
    return this.decodedEnd === undefined ? 0 : Math.max(0, this.playoutTransit(now) - this.arrivals.base)
  }

  /**
   * Takes a packet of audio.
   * @param sequence extended sequence number
   * @param timestamp unwrapped RTP timestamp
   * @returns true when the sender's clock jumped
   */
  push(
    sequence: number,
    timestamp: number,
    data: Uint8Array,
    start: number,
    end: number,
    now: number,
  ): boolean {
    if (!this.queue.put(sequence, timestamp, true, data, start, end)) return false
    return this.arrivals.add(now, now - timestamp / this.ticksPerMs)
  }

  /** Takes note of a packet that carries no audio, so that its sequence number does not count as lost. */
  pushSilent(sequence: number, timestamp: number, data: Uint8Array): void {
    this.queue.put(sequence, timestamp, false, data, 0, 0)
  }

  /** Another sender, or the same one afresh. What was received is still played out. */
  reset(): void {
    this.queue.reset()
    this.arrivals.reset()
    this.decodedEnd = undefined
    this.lastSequence = -1
  }

  /**
   * Fills `out` with the next 20 ms. To be called every 20 ms.
   * @returns true when most of it is concealment or silence in place of what was sent
   */
  pull(out: Int16Array, now: number): boolean {
    const time = this.clock.pull(now)
    this.frames++
    this.madeUp = 0
    this.handedOn = false
    while (this.length < this.frameSamples) {
      if (!this.decodeNext(time)) this.conceal(this.frameSamples - this.length)
    }
    if (this.madeUp === 0 && this.decodedEnd !== undefined) this.correctDelay(time)
    for (let i = 0; i < this.frameSamples; i++) out[i] = this.pcm[i]!
    this.length -= this.frameSamples
    this.pcm.copyWithin(0, this.frameSamples, this.frameSamples + this.length)
    return this.madeUp * 2 > this.frameSamples
  }

  /**
   * Fills `out` with the next 20 ms as they came, undecoded. To be called every 20 ms in place of `pull`.
   * @returns bytes; 0 when there is nothing to play, -1 when the packet is not of 20 ms or too large: `pull` is to be
   *   called then
   */
  pullPayload(out: Uint8Array, now: number): number {
    const first = this.firstAudio()
    if (first && !this.canHandOn(first.payload, out)) return -1
    const time = this.clock.pull(now)
    this.frames++
    if (!this.handedOn) this.forgetDecoded()
    if (!first || !this.isTurn(first, time)) {
      this.noteMissing(frameMs, this.concealedInRow < codecConcealFrames)
      return 0
    }
    const bytes = first.payload.length
    for (let i = 0; i < bytes; i++) out[i] = first.payload[i]!
    this.notePlayed(first, frameMs)
    this.queue.release(first)
    this.leaveOut(time + frameMs)
    return bytes
  }

  private canHandOn(payload: Uint8Array, out: Uint8Array): boolean {
    return payload.length <= out.length && payloadMs(this.codec.name, payload) === frameMs
  }

  /** Decodes the packet whose turn it is. @returns false when there is none, or it is not due yet */
  private decodeNext(time: number): boolean {
    for (let packet = this.firstAudio(); packet; packet = this.firstAudio()) {
      if (!this.isTurn(packet, time)) return false
      if (this.decode(packet) > 0) return true
    }
    return false
  }

  /** The first packet with audio; those without before it are done with. */
  private firstAudio(): QueuedPacket | undefined {
    let packet = this.queue.first()
    while (packet && !packet.audio) {
      if (packet.sequence === this.lastSequence + 1) this.lastSequence++
      this.queue.release(packet)
      packet = this.queue.first()
    }
    return packet
  }

  private isTurn(packet: QueuedPacket, time: number): boolean {
    return this.follows(packet) || this.isDue(packet, time)
  }

  private decode(packet: QueuedPacket): number {
    const samples = this.codec.decode(packet.payload, this.decoded)
    const fits = samples > 0 && this.length + samples <= this.pcm.length
    if (fits) this.notePlayed(packet, samples / this.samplesPerMs)
    this.queue.release(packet)
    if (!fits) {
      this.queue.discarded++
      return 0
    }
    this.concealment.received(this.decoded, samples)
    this.append(samples)
    return samples
  }

  /** A packet is played, decoded or not. */
  private notePlayed(packet: QueuedPacket, ms: number): void {
    if (packet.sequence === this.lastSequence + 1 && !this.follows(packet)) {
      // No packet is missing: the sender was silent, and nothing was concealed after all.
      this.concealedMs -= this.concealedInRowMs
    }
    this.lastSequence = packet.sequence
    this.concealedInRow = 0
    this.concealedInRowMs = 0
    this.decodedEnd = packet.timestamp + ms * this.ticksPerMs
  }

  /** Time goes by with nothing to play. */
  private noteMissing(ms: number, audible: boolean): void {
    if (audible && this.decodedEnd !== undefined) {
      this.concealedInRowMs += ms
      this.concealedMs += ms
    }
    this.concealedInRow++
  }

  /** From here on packets are handed on: what is left of a decoded one is not. */
  private forgetDecoded(): void {
    this.handedOn = true
    this.length = 0
    this.concealment.reset()
  }

  /** Shortens the delay by a whole packet. @param end nominal time at which the last packet has been played */
  private leaveOut(end: number): void {
    const excess = this.playoutTransit(end) - this.arrivals.base - this.arrivals.target
    if (excess > skipMs) return this.skip(end)
    const next = this.queue.first()
    if (excess <= packetTooLongMs || !next?.audio || !this.canShorten(end) || !this.follows(next)) return
    this.notePlayed(next, frameMs)
    this.queue.release(next)
  }

  private follows(packet: QueuedPacket): boolean {
    return this.decodedEnd !== undefined && packet.timestamp - this.decodedEnd < this.ticksPerMs
  }

  private isDue(packet: QueuedPacket, time: number): boolean {
    return this.transitOf(packet, time) - this.arrivals.base >= this.arrivals.target - tooShortMs
  }

  /** Appends at least `samples` of made-up audio. */
  private conceal(samples: number): void {
    let made = 0
    let audible = this.decodedEnd !== undefined
    if (this.codec.conceal) {
      audible &&= this.concealedInRow < codecConcealFrames
      if (audible) made = this.codec.conceal(this.decoded)
      if (made === 0) this.decoded.fill(0, 0, samples)
    } else {
      audible &&= this.concealment.audible
      this.concealment.conceal(this.decoded, 0, samples)
    }
    made ||= samples
    this.noteMissing(made / this.samplesPerMs, audible)
    this.madeUp += Math.min(made, samples)
    this.append(made)
  }

  private append(samples: number): void {
    for (let i = 0; i < samples; i++) this.pcm[this.length + i] = this.decoded[i]!
    this.length += samples
  }

  private correctDelay(time: number): void {
    const excess = this.playoutTransit(time) - this.arrivals.base - this.arrivals.target
    if (excess > skipMs) this.skip(time)
    else if (this.rest > 0 && Math.abs(excess) < urgentMs) this.rest--
    else if (excess > tooLongMs && this.canShorten(time)) this.shorten(excess)
    else if (excess < -tooShortMs) this.lengthen(time, excess)
  }

  /** Whether the slowest recent packet would still have come in time, or the delay is past its bound anyway. */
  private canShorten(time: number): boolean {
    const transit = this.playoutTransit(time)
    const { recentMost, recentLeast } = this.arrivals
    return transit > recentMost + 2 * frameMs || transit > recentLeast + this.arrivals.longest
  }

  private shorten(excess: number): void {
    while (this.length < this.frameSamples + this.scaler.window) {
      const next = this.queue.first()
      if (!next?.audio || !this.follows(next) || this.decode(next) === 0) return
    }
    const before = this.length
    this.length = this.scaler.shorten(this.pcm, this.length, excess > urgentMs)
    this.restAfter(this.length < before)
  }

  private lengthen(time: number, excess: number): void {
    if (this.length < this.scaler.window) this.decodeNext(time)
    if (this.length < this.scaler.window || this.length + this.scaler.window > this.pcm.length) return
    const before = this.length
    this.length = this.scaler.lengthen(this.pcm, this.length, excess < -frameMs / 2)
    this.restAfter(this.length > before)
  }

  private restAfter(corrected: boolean): void {
    this.rest = corrected ? restFrames : this.retry
    this.retry = corrected ? retryFrames : Math.min(2 * this.retry, retryFramesMost)
  }

  /** Drops packets until the delay is what it should be: the network stalled and then delivered everything at once. */
  private skip(time: number): void {
    for (let packet = this.queue.first(); packet && this.queue.size > 1; packet = this.queue.first()) {
      if (this.transitOf(packet, time) - this.arrivals.base <= this.arrivals.target) return
      if (packet.audio) this.queue.discarded++
      this.queue.release(packet)
    }
  }

  private get queuedMs(): number {
    return this.length / this.samplesPerMs
  }

  /** When a packet's first sample would be played if it were decoded now, less its timestamp. */
  private transitOf(packet: QueuedPacket, time: number): number {
    return time + this.queuedMs - packet.timestamp / this.ticksPerMs
  }

  /** When the sample after the last decoded will be played, less its timestamp, in ms: compare with `Arrivals`. */
  private playoutTransit(time: number): number {
    return time + this.queuedMs - this.decodedEnd! / this.ticksPerMs
  }
}
