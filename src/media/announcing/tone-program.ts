import { fadeOut, ToneGenerator } from '../../audio/index.js'
import type { Program, ProgramListener } from './program.js'
import type { Signal } from './signal-tones.js'

/** Fade of a signal that is stopped, in ms. */
const fadeMs = 5

/** A signal of tones; also silence, which is a signal without any. */
export class ToneProgram implements Program {
  private readonly tones: ToneGenerator
  private begun = false
  private stopped = false

  constructor(
    private readonly sampleRate: number,
    { steps, options }: Signal,
    private readonly listener: ProgramListener,
  ) {
    this.tones = new ToneGenerator(sampleRate, steps, options)
  }

  prepare(): void {}

  pull(frame: Int16Array): boolean {
    if (this.stopped) return this.pullEnd(frame)
    if (!this.begun) {
      this.begun = true
      this.listener.began()
    }
    this.tones.pull(frame)
    if (this.tones.over) this.listener.ended('completed', '')
    return true
  }

  stop(): void {
    this.stopped = true
  }

  private pullEnd(frame: Int16Array): boolean {
    if (!this.begun || this.tones.over) return false
    this.tones.pull(frame)
    const samples = (this.sampleRate * fadeMs) / 1000
    fadeOut(frame.subarray(0, samples))
    frame.fill(0, samples)
    return true
  }
}
