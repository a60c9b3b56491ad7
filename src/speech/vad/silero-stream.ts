import type { VoiceActivity, VoiceListener } from '../voice-activity.js'
import { EnergyGate } from './energy-gate.js'
import { windowSamples } from './silero-messages.js'
import { VoiceRun } from './voice-run.js'

/** Probabilities at which a window begins to count as voice, and stops. */
const thresholds = { begin: 0.5, stay: 0.35, noise: 0.1 }
/** Two windows: one alone is a click. */
const confirmMs = 40
const hangoverMs = 200
/** Windows from before the gate opened, which let Silero settle and hold the onset. */
const preRollWindows = 4

/** Where a stream leaves its windows. */
export interface WindowSink {
  add(stream: SileroStream, samples: Float32Array): void
  forget(stream: SileroStream): void
  closed(stream: SileroStream): void
}

/** One leg's voice activity: cuts windows while its gate is open, and judges by the answers. */
export class SileroStream implements VoiceActivity {
  private readonly gate = new EnergyGate()
  private readonly run: VoiceRun
  private readonly window: number
  /** The last windows, whole ones and the one that is being filled; a ring by window. */
  private readonly ring: Float32Array[]
  private filling = 0
  private filled = 0
  private samples = 0
  /** Whole windows before the one being filled that were not sent. */
  private unsent = 0
  private sending = false
  private alone = false
  /** Start samples of the windows sent and not answered yet. */
  private readonly asked: number[] = []

  constructor(
    readonly id: number,
    readonly sampleRate: number,
    listener: VoiceListener,
    private readonly sink: WindowSink,
  ) {
    this.window = windowSamples(sampleRate)
    this.ring = Array.from({ length: preRollWindows + 1 }, () => new Float32Array(this.window))
    this.run = new VoiceRun(sampleRate, confirmMs, hangoverMs, listener)
  }

  write(frame: Int16Array): void {
    const wasOpen = this.sending
    this.sending = this.gate.write(frame, (frame.length * 1000) / this.sampleRate)
    if (this.sending && !wasOpen) this.sendPreRoll()
    for (let i = 0; i < frame.length; i++) {
      this.ring[this.filling][this.filled++] = frame[i] / 32768
      if (this.filled === this.window) {
        this.samples += this.window
        this.windowFull()
      }
    }
    if (this.alone) this.judgeByLevel(frame.length)
    else if (!this.sending && this.asked.length === 0) this.run.unvoiced(this.received, this.received)
  }

  /** Silero has gone: from now on level alone decides. */
  orphan(): void {
    this.alone = true
    this.asked.length = 0
    this.gate.isNoise(false)
  }

  close(): void {
    this.sink.closed(this)
  }

  /** Silero's answer for the oldest window it was asked about. */
  answer(probability: number): void {
    const start = this.asked.shift()
    if (start === undefined) return
    const end = start + this.window
    this.gate.isNoise(probability < thresholds.noise)
    const least = this.run.active ? thresholds.stay : thresholds.begin
    if (probability >= least) this.run.voiced(start, end, this.received)
    else this.run.unvoiced(end, this.received)
  }

  private judgeByLevel(samples: number): void {
    const { received } = this
    if (this.gate.loud) this.run.voiced(received - samples, received, received)
    else this.run.unvoiced(received, received)
  }

  private get received(): number {
    return this.samples + this.filled
  }

  private sendPreRoll(): void {
    this.sink.forget(this)
    for (let ago = this.unsent; ago > 0; ago--) {
      const at = (this.filling - ago + this.ring.length) % this.ring.length
      this.send(this.ring[at], this.samples - ago * this.window)
    }
    this.unsent = 0
  }

  private windowFull(): void {
    if (this.sending) this.send(this.ring[this.filling], this.samples - this.window)
    else this.unsent = Math.min(preRollWindows, this.unsent + 1)
    this.filling = (this.filling + 1) % this.ring.length
    this.filled = 0
  }

  private send(samples: Float32Array, start: number): void {
    if (this.alone) return
    this.asked.push(start)
    this.sink.add(this, samples)
  }
}
