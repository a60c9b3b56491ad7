/** One window this probable starts a voice. */
const SURE = 0.7
/** Two in a row this probable start one, and one revives a voice that is about to end. */
const PROBABLE = 0.5
/** Below this a voice begins to end. */
const DOUBTFUL = 0.35
/** It ends when this long has passed without a probable window, in ms. */
const HANGOVER_MS = 200

/** Voice or not, from the model's probabilities of consecutive windows. Positions are samples since the start. */
export class NeuralDecision {
  voiced = false
  /** Where the first or, after an end, behind the last voiced sample lies; as fine as a window. */
  since = 0
  private readonly hangover: number
  /** Start of the windows in a row that are not doubtful; -1 while there is none. */
  private from = -1
  private lastProbable = false
  private until = 0
  private ending = false

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    this.hangover = (sampleRate * HANGOVER_MS) / 1000
  }

  /** Takes the probability of the window from `start` to `end`. @returns whether `voiced` changed */
  step(probability: number, start: number, end: number): boolean {
    return this.voiced ? this.sustain(probability, end) : this.seek(probability, start, end)
  }

  /** Begins anew at a position, from what another decision found. */
  assume(voiced: boolean, at: number): void {
    this.voiced = voiced
    this.since = at
    this.until = at
    this.ending = false
    this.from = -1
    this.lastProbable = false
  }

  private seek(probability: number, start: number, end: number): boolean {
    if (probability < DOUBTFUL) this.from = -1
    else if (this.from < 0) this.from = start
    const second = this.lastProbable && probability >= PROBABLE
    this.lastProbable = probability >= PROBABLE
    if (!second && probability < SURE) return false
    this.assume(true, this.from)
    this.until = end
    return true
  }

  private sustain(probability: number, end: number): boolean {
    if (probability >= PROBABLE) this.ending = false
    else if (probability < DOUBTFUL) this.ending = true
    if (!this.ending) this.until = end
    if (end - this.until < this.hangover) return false
    this.assume(false, this.until)
    return true
  }
}
