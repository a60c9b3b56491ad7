/** Silence, in ms, that ends a turn where nothing else is said. */
const SILENCE_MS = 700

/**
 * Tells from voice activity when a turn is over, where a recogniser that leaves that to the relay stands in for one that
 * decides by itself.
 */
export class SilenceTurns {
  private silentMs: number | undefined

  constructor(private readonly silenceMs = SILENCE_MS) {}

  /** @returns whether the speaker is done with this frame */
  add(voiced: boolean, ms: number): boolean {
    if (voiced) {
      this.silentMs = 0
      return false
    }
    if (this.silentMs === undefined) return false
    this.silentMs += ms
    if (this.silentMs < this.silenceMs) return false
    this.silentMs = undefined
    return true
  }
}
