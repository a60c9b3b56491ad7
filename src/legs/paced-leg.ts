import { mixInto } from '../audio/index.js'
import type { Clock } from '../base/clock.js'
import type { Pacer } from '../rtp/index.js'
import type { FrameSource, Leg, LegListener, LegRate } from '../session/index.js'
import { DigitSender } from './digit-sender.js'

/** Gets both directions of every tick, of 20 ms each. The buffers are reused: copy to keep. */
export type FrameTap = (inbound: Int16Array, outbound: Int16Array) => void

/** Which directions a tap needs; the other's frames may be silence. */
export type TapTracks = 'inbound' | 'outbound' | 'both'

/** Sound that is heard as the party's own, beside what the party says. */
export interface PartyVoice extends FrameSource {
  /** Whether it has something to say. */
  readonly active: boolean
}

/** Why a leg's media ended by itself. */
type GoneReason = Parameters<LegListener['gone']>[0]

export interface PacedLegOptions {
  readonly id: string
  readonly sampleRate: LegRate
  readonly clock: Clock
  readonly pacer: Pacer
}

/**
 * What all legs share: at each beat of the pacer, first a frame from the party to the listener, then one from the source to
 * the party. Runs from the beginning, with silence while nobody is attached.
 */
export abstract class PacedLeg implements Leg {
  readonly id: string
  readonly sampleRate: LegRate
  protected readonly clock: Clock
  protected listener: LegListener | undefined
  private source: FrameSource | undefined
  private taps: readonly { readonly take: FrameTap; readonly tracks: TapTracks }[] = []
  /** Whether somebody listens in on that direction. */
  protected inboundTapped = false
  protected outboundTapped = false
  protected readonly inbound: Int16Array
  protected readonly outbound: Int16Array
  private voice: PartyVoice | undefined
  private readonly voiced: Int16Array
  private readonly digits = new DigitSender()
  private readonly leavePacer: () => void
  private lastIndex: number | undefined
  private ended: GoneReason | 'closed' | undefined

  constructor(options: PacedLegOptions) {
    this.id = options.id
    this.sampleRate = options.sampleRate
    this.clock = options.clock
    this.inbound = new Int16Array(options.sampleRate / 50)
    this.outbound = new Int16Array(options.sampleRate / 50)
    this.voiced = new Int16Array(options.sampleRate / 50)
    this.leavePacer = options.pacer.add((index) => this.tick(index))
  }

  attach(listener: LegListener, source: FrameSource): () => void {
    this.listener = listener
    this.source = source
    if (this.ended && this.ended !== 'closed') {
      const reason = this.ended
      this.clock.after(0, () => {
        if (this.listener === listener) listener.gone(reason)
      })
    }
    return () => {
      if (this.listener !== listener) return
      this.listener = undefined
      this.source = undefined
    }
  }

  sendDigits(digits: string, signal: AbortSignal, pressMs?: number): Promise<void> {
    return this.ended ? Promise.resolve() : this.digits.send(digits, signal, pressMs)
  }

  /** From now on the party is heard to say what this voice says, too. */
  speakAsParty(voice: PartyVoice): void {
    this.voice = voice
  }

  /** Listens in on both directions, from the party and to it (for recording). Returns what ends it. */
  onFrames(take: FrameTap, tracks: TapTracks = 'both'): () => void {
    const own = { take, tracks }
    this.setTaps([...this.taps, own])
    return () => this.setTaps(this.taps.filter((other) => other !== own))
  }

  protected tapsChanged(): void {}

  /** Fills `frame` with what the party says. @returns true when it is concealment or silence instead of that */
  protected abstract hear(frame: Int16Array): boolean

  /** Sends `frame` to the party; may change it to what was really sent. */
  protected abstract speak(frame: Int16Array): void

  /** Begins to press a key. @param ms how long it is held */
  protected abstract press(digit: string, ms: number): void

  /** The pacer left out ticks. */
  protected abstract missed(ticks: number): void

  /** The media ended by itself. */
  protected end(reason: GoneReason): void {
    if (this.ended) return
    this.stop(reason)
    this.listener?.gone(reason)
  }

  /** Ends the exchange; digits under way count as sent. */
  protected stop(reason: GoneReason | 'closed'): void {
    this.ended = reason
    this.leavePacer()
    this.digits.close()
  }

  private setTaps(taps: typeof this.taps): void {
    this.taps = taps
    this.inboundTapped = taps.some(({ tracks }) => tracks !== 'outbound')
    this.outboundTapped = taps.some(({ tracks }) => tracks !== 'inbound')
    this.tapsChanged()
  }

  private tick(index: number): void {
    try {
      if (this.lastIndex !== undefined && index > this.lastIndex + 1) this.missed(index - this.lastIndex - 1)
      this.lastIndex = index
      this.exchange()
    } catch (thrown) {
      this.end('failed')
      throw thrown
    }
  }

  /** Whether the party's frames are not only what came from it. */
  protected get speaksAsParty(): boolean {
    return this.voice?.active === true
  }

  /** Brings 20 ms from the party to the listener. */
  protected receive(): void {
    const lost = this.hear(this.inbound)
    const spoken = this.speaksAsParty && this.voice?.pull(this.voiced)
    if (spoken) mixInto(this.inbound, this.voiced)
    this.listener?.frame(this.inbound, lost && !spoken)
  }

  /** Brings 20 ms from the source to the party. */
  protected send(): void {
    if (!this.source?.pull(this.outbound)) this.outbound.fill(0)
    this.speak(this.outbound)
  }

  private exchange(): void {
    this.receive()
    if (this.ended) return
    const digit = this.digits.tick()
    if (digit !== undefined) this.press(digit, this.digits.pressMs)
    this.send()
    for (const { take } of this.taps) take(this.inbound, this.outbound)
  }
}
