import { fromDbfs } from './level.js'

/** A stretch of a signal: frequencies in Hz that sound together, none for silence. */
export interface ToneStep {
  readonly hz: readonly number[]
  readonly ms: number
}

export interface ToneOptions {
  /** Level of all frequencies of a step together, in dB relative to full scale. */
  readonly dbfs: number
  /** Times the steps are gone through; 0 is endless. */
  readonly loop: number
  /** Lets a step die away like a plucked string: ms in which it falls to a third. Even when absent. */
  readonly decayMs?: number
}

/** Rise and fall of a step, in ms: no clicks. */
const edgeMs = 4

/** Writes tones in a cadence (call progress, a beep, a melody) into frames, without allocating. */
export class ToneGenerator {
  private readonly edge: number
  private readonly decay: number
  private passes = 0
  private index = 0
  /** Samples of the step so far. */
  private at = 0
  private done = false

  /** @param sampleRate Hz */
  constructor(
    private readonly sampleRate: number,
    private readonly steps: readonly ToneStep[],
    private readonly options: ToneOptions,
  ) {
    this.edge = (sampleRate * edgeMs) / 1000
    this.decay = options.decayMs === undefined ? 0 : 1000 / (options.decayMs * sampleRate)
    this.done = !steps.some(({ ms }) => ms > 0)
  }

  /** Whether all has been written. */
  get over(): boolean {
    return this.done
  }

  /** Fills `frame`; with silence from where the signal is over. */
  pull(frame: Int16Array): void {
    for (let at = 0; at < frame.length; ) {
      if (this.done) {
        frame.fill(0, at)
        return
      }
      at += this.write(this.steps[this.index]!, frame, at)
    }
  }

  private write({ hz, ms }: ToneStep, frame: Int16Array, from: number): number {
    const length = Math.round((ms * this.sampleRate) / 1000)
    const count = Math.min(frame.length - from, length - this.at)
    const peak = hz.length === 0 ? 0 : (fromDbfs(this.options.dbfs) * Math.SQRT2) / Math.sqrt(hz.length)
    for (let i = 0; i < count; i++) {
      const at = this.at + i
      let sum = 0
      for (let k = 0; k < hz.length; k++) sum += Math.sin((2 * Math.PI * hz[k]! * at) / this.sampleRate)
      const edge = Math.min(1, (at + 1) / this.edge, (length - at) / this.edge)
      const envelope = this.decay === 0 ? edge : edge * Math.exp(-at * this.decay)
      frame[from + i] = Math.round(peak * envelope * sum)
    }
    this.at += count
    if (this.at >= length) this.next()
    return count
  }

  private next(): void {
    this.at = 0
    if (++this.index < this.steps.length) return
    this.index = 0
    this.done = ++this.passes === this.options.loop
  }
}
