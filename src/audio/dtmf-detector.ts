import { DTMF_COLUMNS, DTMF_ROWS, dtmfKey } from './dtmf.js'
import { Goertzel } from './goertzel.js'
import { fromDbfs } from './level.js'

/** The weakest tone of a pair, in dB relative to full scale (ITU-T Q.24, as the next two). */
const WEAKEST_DBFS = -36
/** How much louder the column tone may be than the row tone, in power (6 dB). */
const TWIST = 10 ** 0.6
/** How much louder the row tone may be than the column tone, in power (10 dB). */
const REVERSE_TWIST = 10
/** 102 samples at 8 kHz: long enough to tell the rows apart, short enough for two blocks within a tone of 40 ms. */
const BLOCK_MS = 12.75
/** Share of a block's energy that the two tones must have: speech spreads more. */
const PURITY = 0.82
/** A tone beats the others of its group by this much, in power (6 dB). */
const SELECTIVITY = 4

/**
 * Detects DTMF tones in audio (Goertzel's algorithm on blocks of 12.75 ms). A key is reported once, when two blocks in a
 * row have heard it; it may be reported again after two blocks in a row without it.
 */
export class DtmfDetector {
  private readonly rows: Goertzel[]
  private readonly columns: Goertzel[]
  private readonly blockSamples: number
  private readonly weakest: number
  private readonly powers = new Float64Array(4)
  private filled = 0
  private energy = 0
  private heardBefore = ''
  private pressed = ''
  private missed = 0

  /**
   * @param sampleRate Hz, at least 8000
   * @param report gets each key pressed: `0-9 * # A-D`
   */
  constructor(
    sampleRate: number,
    private readonly report: (digit: string) => void,
  ) {
    this.rows = DTMF_ROWS.map((hz) => new Goertzel(hz, sampleRate))
    this.columns = DTMF_COLUMNS.map((hz) => new Goertzel(hz, sampleRate))
    this.blockSamples = Math.round((sampleRate * BLOCK_MS) / 1000)
    // A sine of peak a shows as (a × n / 2)²; its level in dBFS is that of its RMS, a / √2.
    this.weakest = (fromDbfs(WEAKEST_DBFS) ** 2 * this.blockSamples ** 2) / 2
  }

  write(pcm: Int16Array): void {
    const { rows, columns } = this
    for (let i = 0; i < pcm.length; i++) {
      const sample = pcm[i]
      this.energy += sample * sample
      for (let k = 0; k < 4; k++) {
        rows[k].add(sample)
        columns[k].add(sample)
      }
      if (++this.filled === this.blockSamples) this.endBlock()
    }
  }

  private endBlock(): void {
    const heard = this.identify()
    this.filled = 0
    this.energy = 0
    if (heard !== this.pressed) this.missed++
    else this.missed = 0
    if (this.pressed && this.missed >= 2) this.pressed = ''
    if (heard && heard === this.heardBefore && !this.pressed) {
      this.pressed = heard
      this.missed = 0
      this.report(heard)
    }
    this.heardBefore = heard
  }

  /** The key whose two tones make up the block, or ''. */
  private identify(): string {
    const row = this.strongest(this.rows)
    const rowPower = row < 0 ? 0 : this.powers[row]
    const column = this.strongest(this.columns)
    if (row < 0 || column < 0) return ''
    const columnPower = this.powers[column]
    if (columnPower > rowPower * TWIST || rowPower > columnPower * REVERSE_TWIST) return ''
    const tones = ((rowPower + columnPower) * 2) / this.blockSamples
    return tones >= PURITY * this.energy ? dtmfKey(row, column) : ''
  }

  /** The tone of a group that stands out from its neighbours, or -1. Leaves the group's powers in `powers`. */
  private strongest(group: Goertzel[]): number {
    const { powers } = this
    let best = 0
    for (let k = 0; k < 4; k++) {
      powers[k] = group[k].take()
      if (powers[k] > powers[best]) best = k
    }
    if (powers[best] < this.weakest) return -1
    for (let k = 0; k < 4; k++) if (k !== best && powers[k] * SELECTIVITY > powers[best]) return -1
    return best
  }
}
