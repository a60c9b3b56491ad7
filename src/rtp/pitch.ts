/** Looks for the lag at which a signal repeats itself, by normalised cross-correlation. */
export class PitchFinder {
  /** Likeness of the two stretches at the lag found last: 1 when equal but for level, 0 or less when unlike. */
  likeness = 0

  /**
   * Compares `samples[at, at + window)` with the stretches `minLag` to `maxLag` samples further (direction 1) or before
   * (direction -1).
   * @returns the lag in samples that fits best
   */
  find(
    samples: Int16Array,
    at: number,
    window: number,
    minLag: number,
    maxLag: number,
    direction: 1 | -1,
  ): number {
    // Every second sample decides at 16 kHz as well as all of them would.
    const step = window > 120 ? 2 : 1
    let best = minLag
    this.likeness = -1
    let own = 0
    for (let i = 0; i < window; i += step) own += samples[at + i]! * samples[at + i]!
    for (let lag = minLag; lag <= maxLag; lag++) {
      const other = at + direction * lag
      let cross = 0
      let energy = 0
      for (let i = 0; i < window; i += step) {
        const sample = samples[other + i]!
        cross += samples[at + i]! * sample
        energy += sample * sample
      }
      const likeness = cross / Math.sqrt(own * energy + 1)
      if (likeness > this.likeness) {
        this.likeness = likeness
        best = lag
      }
    }
    return best
  }
}
