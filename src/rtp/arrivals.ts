/** Bounds and habits of the playout delay, in ms. */
export interface DelayOptions {
  /** Least delay between the fastest arrival and playout. */
  readonly minMs: number
  /** Most delay that is aimed at, however bad the network. */
  readonly maxMs: number
  /** Least delay in the first second, while little is known of the network. */
  readonly initialMs: number
  /** Share of packets that must arrive in time to be played. */
  readonly inTime: number
}

export const defaultDelay: DelayOptions = { minMs: 20, maxMs: 200, initialMs: 40, inTime: 0.98 }

const capacity = 512
const memoryMs = 10_000
/** Packets that count as recent. */
const recent = 50
/** A transit this far from all others means that a clock jumped, not that the network was slow. */
const clockJumpMs = 1000
/** The pull takes 20 ms at a time: a packet may be wanted that much before its own turn. */
const pullMs = 20
const binMs = 2
const bins = 256

/**
 * Judges the network by the transit of each packet: its arrival less its RTP timestamp, both in ms, so that only
 * differences mean anything. Over the last ten seconds, the fastest is the base, and the delay aimed at is what lets
 * `inTime` of the packets arrive before they are due. A drifting sender moves the base, slowly.
 */
export class Arrivals {
  /** Least transit of the window. */
  base = 0
  /** Delay over the base to aim at, in ms. */
  target: number
  /** Least and greatest transit of the last second or so. */
  recentLeast = 0
  recentMost = 0
  private count = 0
  private next = 0
  private sinceJudged = 0
  private readonly transits = new Float64Array(capacity)
  private readonly times = new Float64Array(capacity)
  private readonly histogram = new Uint16Array(bins)

  constructor(private options: DelayOptions) {
    this.target = this.clamp(options.initialMs)
  }

  /** Most delay that is aimed at. */
  get longest(): number {
    return this.options.maxMs
  }

  /** Aims at no more delay than `maxMs` from now on. */
  limit(maxMs: number): void {
    this.options = { ...this.options, maxMs }
    this.target = this.clamp(this.target)
  }

  /**
   * @param transit arrival less timestamp, in ms
   * @returns true when the sender's clock jumped, and all judgement begins anew
   */
  add(now: number, transit: number): boolean {
    const jumped =
      this.count > 0 && (transit < this.base - clockJumpMs || transit > this.recentMost + clockJumpMs)
    if (jumped) this.reset()
    if (this.count === 0) {
      this.base = this.recentLeast = this.recentMost = transit
    }
    this.transits[this.next] = transit
    this.times[this.next] = now
    this.next = (this.next + 1) % capacity
    this.count = Math.min(capacity, this.count + 1)
    const surprising = transit < this.base || transit > this.base + this.target
    if (++this.sinceJudged >= 10 || surprising) this.judge(now)
    return jumped
  }

  reset(): void {
    this.count = 0
    this.sinceJudged = 0
  }

  private judge(now: number): void {
    this.sinceJudged = 0
    while (this.count > 1 && this.times[this.at(this.count - 1)]! < now - memoryMs) this.count--
    let base = Number.POSITIVE_INFINITY
    let most = Number.NEGATIVE_INFINITY
    for (let back = 0, at = this.at(0); back < this.count; back++, at = before(at)) {
      const transit = this.transits[at]!
      if (transit < base) base = transit
      if (back >= recent) continue
      if (transit > most) most = transit
      this.recentLeast = base
      this.recentMost = most
    }
    this.base = base
    const floor = this.count < recent ? this.options.initialMs : 0
    this.target = this.clamp(Math.max(floor, this.quantile() + pullMs))
  }

  /** Delay over the base within which `inTime` of the window's packets came. */
  private quantile(): number {
    this.histogram.fill(0)
    for (let back = 0, at = this.at(0); back < this.count; back++, at = before(at)) {
      const bin = Math.trunc((this.transits[at]! - this.base) / binMs)
      this.histogram[Math.min(bins - 1, bin)]!++
    }
    let late = Math.floor(this.count * (1 - this.options.inTime))
    for (let bin = bins - 1; bin > 0; bin--) {
      late -= this.histogram[bin]!
      if (late < 0) return (bin + 1) * binMs
    }
    return 0
  }

  /** Index of the entry `back` places before the newest. */
  private at(back: number): number {
    return (this.next - 1 - back + 2 * capacity) % capacity
  }

  private clamp(ms: number): number {
    return Math.min(this.options.maxMs, Math.max(this.options.minMs, ms))
  }
}

/** The index before another, around the ring. */
function before(at: number): number {
  return at === 0 ? capacity - 1 : at - 1
}
