import type { VoiceListener } from '../voice-activity.js'

/** Turns opinions on stretches of audio into voice starts and ends, counting in samples. */
export class VoiceRun {
  private speaking = false
  /** First sample of a run of voice that is not long enough yet. */
  private runStart = -1
  private runSamples = 0
  /** Sample behind the last voiced one. */
  private lastVoiced = 0

  /**
   * @param sampleRate Hz
   * @param confirmMs voice needed before a start is told
   * @param hangoverMs silence needed before an end is told
   */
  constructor(
    private readonly sampleRate: number,
    private readonly confirmMs: number,
    private readonly hangoverMs: number,
    private readonly listener: VoiceListener,
  ) {}

  get active(): boolean {
    return this.speaking
  }

  /**
   * @param start first sample of the stretch, since the leg was opened
   * @param end sample behind its last
   * @param now samples received so far, for `agoMs`
   */
  voiced(start: number, end: number, now: number): void {
    this.lastVoiced = end
    if (this.speaking) return
    if (this.runStart < 0) this.runStart = start
    this.runSamples += end - start
    if (this.runSamples * 1000 < this.confirmMs * this.sampleRate) return
    this.speaking = true
    this.listener.voiceStart(this.ms(now - this.runStart))
  }

  /** The stretch up to `end` has no voice. */
  unvoiced(end: number, now: number): void {
    this.runStart = -1
    this.runSamples = 0
    if (!this.speaking || (end - this.lastVoiced) * 1000 < this.hangoverMs * this.sampleRate) return
    this.speaking = false
    this.listener.voiceEnd(this.ms(now - this.lastVoiced))
  }

  private ms(samples: number): number {
    return (samples * 1000) / this.sampleRate
  }
}
