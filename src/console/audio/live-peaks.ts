import type { Clock, Timer } from '../../base/clock.js'
import { PeakMeter, readOn } from './peaks.js'
import { sampleRateOf } from './recording-file.js'

/** Peaks that were added to a recording. */
export interface GrownPeaks {
  /** Index of the first. */
  readonly from: number
  readonly caller: readonly number[]
  readonly agent: readonly number[]
}

/** ms between looks at the file; it is written every 500. */
const everyMs = 1000

/** Follows a recording while it is written, for one who looks at it now. */
export class LivePeaks {
  private timer: Timer | undefined
  private meter: PeakMeter | undefined
  private offset = 0
  private told = 0
  private stopped = false

  /** @param grown told of all peaks there are at first, then of those that are added */
  constructor(
    private readonly path: string,
    private readonly clock: Clock,
    private readonly grown: (peaks: GrownPeaks) => void,
  ) {
    void this.look()
  }

  stop(): void {
    this.stopped = true
    this.timer?.cancel()
  }

  private async look(): Promise<void> {
    try {
      await this.read()
    } catch {
      // The file is not there yet, or not any more.
    }
    if (!this.stopped) this.timer = this.clock.after(everyMs, () => void this.look())
  }

  private async read(): Promise<void> {
    if (!this.meter) {
      const sampleRate = await sampleRateOf(this.path)
      if (sampleRate === 0) return
      this.meter = new PeakMeter(sampleRate)
    }
    this.offset = await readOn(this.path, this.offset, this.meter)
    const { caller, agent } = this.meter
    const from = this.told
    if (this.stopped || caller.length === from) return
    this.told = caller.length
    this.grown({ from, caller: caller.slice(from), agent: agent.slice(from) })
  }
}
