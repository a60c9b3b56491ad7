import { Resampler } from '../../audio/index.js'
import type { VoiceActivity, VoiceListener } from '../voice-activity.js'
import { EnergyDecision } from './energy-decision.js'
import { EnergyGate } from './energy-gate.js'
import { NeuralDecision } from './neural-decision.js'
import { SampleRing } from './sample-ring.js'
import { VoiceReport } from './voice-report.js'
import { type ModelRate, windowSamples } from './window-batch.js'
import type { WindowSource } from './window-queue.js'

/** What of the detector one call uses. */
export interface WindowTaker {
  /** Whether the model can be asked at all. */
  readonly ready: boolean
  /** @returns false when the model lags too far behind to be asked */
  add(source: WindowSource, ring: SampleRing, start: number, stretch: number, first: boolean): boolean
  /** A call goes on by energy because the model answers too late. */
  lagging(): void
  closed(source: WindowSource): void
}

/** When the gate opens, the model hears this much of what came before, and so the onset in its context. */
const PREROLL_MS = 100
/** Answers later than this are of no use for barge-in. */
const LATEST_MS = 250
/** How long a call keeps to energy after the model lagged. */
const RELIEF_MS = 2000
const RING_MS = 512

/** Voice activity of one call: the gate on every frame, the model while it is open, energy alone while there is none. */
export class SileroActivity implements VoiceActivity, WindowSource {
  readonly rate: ModelRate
  private readonly ring: SampleRing
  private readonly gate: EnergyGate
  private readonly energy: EnergyDecision
  private readonly neural: NeuralDecision
  private readonly report: VoiceReport
  private readonly resampler: Resampler | undefined
  private resampled: Int16Array
  /** Windows in a row that share the model's state, by number. */
  private stretch = 0
  private feeding = false
  private first = true
  /** Position of the next window's first sample. */
  private next = 0
  /** Up to here the model has answered. */
  private answeredTo = 0
  /** The model is not asked before this position. */
  private reliefUntil = 0
  private closedNow = false

  /**
   * @param sampleRate Hz; other rates than the model's two are resampled to 16 kHz
   * @throws RangeError for a rate that cannot be resampled
   */
  constructor(
    readonly stream: number,
    sampleRate: number,
    listener: VoiceListener,
    private readonly taker: WindowTaker,
  ) {
    this.rate = sampleRate === 8000 ? 8000 : 16000
    this.resampler = sampleRate === this.rate ? undefined : new Resampler(sampleRate, this.rate)
    this.resampled = new Int16Array(this.resampler?.room(Math.ceil(sampleRate / 50)) ?? 0)
    this.ring = new SampleRing(this.samples(RING_MS))
    this.gate = new EnergyGate(this.rate)
    this.energy = new EnergyDecision(this.rate)
    this.neural = new NeuralDecision(this.rate)
    this.report = new VoiceReport(listener, this.rate)
  }

  write(frame: Int16Array): void {
    if (this.closedNow) return
    const pcm = this.resampler ? this.resample(this.resampler, frame) : frame
    // Longer writes than 20 ms are allowed, but the ring must never be overtaken.
    const piece = this.samples(20)
    if (pcm.length <= piece) return this.take(pcm)
    for (let at = 0; at < pcm.length; at += piece) this.take(pcm.subarray(at, at + piece))
  }

  answer(probability: number, stretch: number, start: number): void {
    if (this.closedNow || stretch !== this.stretch) return
    const end = start + windowSamples(this.rate)
    this.answeredTo = end
    if (this.neural.step(probability, start, end)) this.tell(this.neural)
  }

  close(): void {
    if (this.closedNow) return
    this.closedNow = true
    this.taker.closed(this)
  }

  private take(pcm: Int16Array): void {
    if (pcm.length === 0) return
    const { gate, ring, energy } = this
    const start = ring.written
    ring.write(pcm)
    const noise = gate.noise
    gate.process(pcm)
    energy.step(gate.power, noise, start, ring.written)
    if (!this.taker.ready || ring.written < this.reliefUntil) return this.goByEnergy()
    if (!gate.open && !this.report.voiced) {
      this.feeding = false
      return
    }
    if (!this.feeding) this.begin()
    if (!this.feed()) {
      this.reliefUntil = ring.written + this.samples(RELIEF_MS)
      this.taker.lagging()
      this.goByEnergy()
    }
  }

  /** The gate has opened, or the model is back: goes on where it was, or, after a gap, anew shortly before now. */
  private begin(): void {
    const earliest = Math.max(0, this.ring.written - this.samples(PREROLL_MS))
    this.feeding = true
    if (this.next >= earliest && !this.first) return
    this.first = true
    this.next = earliest
    this.answeredTo = earliest
    this.stretch++
    this.neural.assume(this.report.voiced, earliest)
  }

  /** @returns false when the model lags */
  private feed(): boolean {
    const length = windowSamples(this.rate)
    while (this.ring.written - this.next >= length) {
      if (this.next - this.answeredTo >= this.samples(LATEST_MS)) return false
      if (!this.taker.add(this, this.ring, this.next, this.stretch, this.first)) return false
      this.first = false
      this.next += length
    }
    return true
  }

  private goByEnergy(): void {
    this.feeding = false
    this.first = true
    // Answers still on their way are about the past.
    this.stretch++
    this.tell(this.energy)
  }

  private tell(decision: { readonly voiced: boolean; readonly since: number }): void {
    this.report.tell(decision.voiced, decision.since, this.ring.written)
  }

  private resample(resampler: Resampler, frame: Int16Array): Int16Array {
    const room = resampler.room(frame.length)
    if (this.resampled.length < room) this.resampled = new Int16Array(room)
    return this.resampled.subarray(0, resampler.process(frame, this.resampled))
  }

  private samples(ms: number): number {
    return (ms * this.rate) / 1000
  }
}
