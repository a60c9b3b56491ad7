import type { VoiceListener } from '../voice-activity.js'

/** Tells a listener the changes of a decision, and how long ago they were, from positions in samples. */
export class VoiceReport {
  /** What was told last. */
  voiced = false
  private last = 0

  /** @param sampleRate Hz of the positions */
  constructor(
    private readonly listener: VoiceListener,
    private readonly sampleRate: number,
  ) {}

  /**
   * @param since where the first or behind the last voiced sample lies
   * @param now samples written so far
   */
  tell(voiced: boolean, since: number, now: number): void {
    if (voiced === this.voiced) return
    this.voiced = voiced
    // A decision that takes over from another may look back behind what that one has told already.
    this.last = Math.min(now, Math.max(this.last, since))
    const agoMs = ((now - this.last) * 1000) / this.sampleRate
    if (voiced) this.listener.voiceStart(agoMs)
    else this.listener.voiceEnd(agoMs)
  }
}
