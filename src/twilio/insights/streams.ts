import type { RtpStats } from '../../rtp/index.js'
import type { CallMetric, CallRecord } from '../../store/index.js'

/** A call's media, as it was measured: in order of time, at its end last. */
export interface Sample {
  /** ms since the Unix epoch. */
  readonly at: number
  readonly stats: RtpStats
}

export type Direction = 'inbound' | 'outbound'
export const directions: readonly Direction[] = ['inbound', 'outbound']

/** Figures of one direction, since the beginning or in an interval. */
export interface StreamFigures {
  readonly packets: number
  readonly lost: number
  /** Undefined where nobody measured it. */
  readonly jitterMs: number | undefined
}

/** The samples of a call; calls of earlier versions have the one at their end. */
export function samplesOf(
  { quality, endedAt }: CallRecord,
  metrics: readonly CallMetric[],
): readonly Sample[] {
  // Only statistics of this shape were written.
  const samples = metrics.map(({ at, quality }) => ({ at, stats: quality as unknown as RtpStats }))
  if (samples.length > 0 || !quality || endedAt === null) return samples
  return [{ at: endedAt, stats: quality as unknown as RtpStats }]
}

/** What comes from the party is measured here, what goes to it by the party (RTCP). */
export function figuresOf({ received, sent, remote }: RtpStats, direction: Direction): StreamFigures {
  if (direction === 'inbound') {
    return { packets: received.packets, lost: received.lost, jitterMs: received.jitterMs }
  }
  return { packets: sent.packets, lost: remote?.lost ?? 0, jitterMs: remote?.jitterMs }
}

/** Share of packets that did not come, in percent. */
export function lossPercentage({ packets, lost }: StreamFigures): number {
  const all = packets + lost
  return all <= 0 ? 0 : rounded((Math.max(0, lost) * 100) / all)
}

/** Greatest and mean jitter in ms; null where it was never measured. */
export function jitterOver(samples: readonly Sample[], direction: Direction) {
  const all = samples.flatMap(({ stats }) => figuresOf(stats, direction).jitterMs ?? [])
  if (all.length === 0) return null
  return { avg: rounded(all.reduce((sum, one) => sum + one, 0) / all.length), max: rounded(Math.max(...all)) }
}

/** Mean of some figures; undefined where there are none. */
export function meanOf(figures: readonly number[]): number | undefined {
  if (figures.length === 0) return undefined
  return rounded(figures.reduce((sum, one) => sum + one, 0) / figures.length)
}

/** To two digits behind the point. */
export function rounded(value: number): number {
  return Number(value.toFixed(2))
}
