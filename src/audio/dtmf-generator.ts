import { dtmfFrequencies } from './dtmf.js'
import { fromDbfs } from './level.js'

/** Rise and fall of a tone, in ms. */
const EDGE_MS = 2

/** Levels of generated tones. */
export interface DtmfToneOptions {
  /** Level of the row tone, in dB relative to full scale. Default -11; the column tone is 2 dB louder (Q.23's twist). */
  readonly rowDbfs?: number
}

/** Writes the dual tones of DTMF into frames, without allocating. */
export class DtmfGenerator {
  private readonly rowPeak: number
  private readonly columnPeak: number
  private readonly edge: number
  private rowStep = 0
  private columnStep = 0
  private length = 0
  private position = 0

  /** @param sampleRate Hz */
  constructor(
    private readonly sampleRate: number,
    options: DtmfToneOptions = {},
  ) {
    const rowDbfs = options.rowDbfs ?? -11
    this.rowPeak = fromDbfs(rowDbfs) * Math.SQRT2
    this.columnPeak = fromDbfs(rowDbfs + 2) * Math.SQRT2
    this.edge = Math.max(1, (sampleRate * EDGE_MS) / 1000)
  }

  /** Samples left of the tone. */
  get remaining(): number {
    return this.length - this.position
  }

  /**
   * Starts a tone, in place of one that may still sound.
   * @param digit one of `0-9 * # A-D`
   * @throws RangeError for another character
   */
  start(digit: string, durationMs = 100): void {
    const pair = dtmfFrequencies(digit)
    if (!pair) throw new RangeError(`Not a DTMF digit: ${JSON.stringify(digit)}`)
    this.rowStep = (2 * Math.PI * pair[0]) / this.sampleRate
    this.columnStep = (2 * Math.PI * pair[1]) / this.sampleRate
    this.length = Math.round((this.sampleRate * durationMs) / 1000)
    this.position = 0
  }

  /**
   * Fills `frame` with the tone's next samples; what is left of it becomes silence.
   * @returns samples of tone written; 0 when the tone is over
   */
  pull(frame: Int16Array): number {
    const count = Math.min(frame.length, this.remaining)
    for (let i = 0; i < count; i++) {
      const at = this.position++
      const edge = Math.min(1, (at + 1) / this.edge, (this.length - at) / this.edge)
      const envelope = edge * edge * (3 - 2 * edge)
      const row = this.rowPeak * Math.sin(this.rowStep * at)
      const column = this.columnPeak * Math.sin(this.columnStep * at)
      frame[i] = Math.round(envelope * (row + column))
    }
    frame.fill(0, count)
    return count
  }
}
