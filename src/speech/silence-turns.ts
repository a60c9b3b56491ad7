/** Silence, in ms, that ends a turn where nothing else is said. */
export const SILENCE_MS = 700

/**
 * Tells from voice activity when a turn is over, where a recogniser that leaves that to the relay is used as one that
 * decides by itself.
 */
export class SilenceTurns {
  private silentMs = 0
  private speaking = false

  /** @param longestQuietMs silence that is told where nobody has spoken */
  constructor(
    private readonly silenceMs = SILENCE_MS,
    private readonly longestQuietMs = Number.POSITIVE_INFINITY,
  ) {}

  /** @returns whether the speaker is done with this frame, or nobody has spoken for long */
  add(voiced: boolean, ms: number): 'turn' | 'quiet' | undefined {
    if (voiced) {
      this.speaking = true
      this.silentMs = 0
      return undefined
    }
    this.silentMs += ms
    if (this.silentMs < (this.speaking ? this.silenceMs : this.longestQuietMs)) return undefined
    const ended = this.speaking ? 'turn' : 'quiet'
    this.speaking = false
    this.silentMs = 0
    return ended
  }
}
