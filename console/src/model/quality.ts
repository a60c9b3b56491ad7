import type { QualitySample } from '../api/types.js'

/** What RTP was like between two measurements. */
export interface QualityPoint {
  /** ms since the Unix epoch. */
  readonly at: number
  /** Percent of packets that never came. */
  readonly lossPercent: number
  readonly jitterMs: number
  readonly delayMs: number
  readonly roundTripMs: number | null
  readonly mos: number
  /** Percent that the other end misses, as it reports. */
  readonly remoteLossPercent: number | null
}

/** Figures count from the beginning of the call; what is asked for is how it was then and there. */
export function qualityOf(samples: readonly QualitySample[]): QualityPoint[] {
  let [packets, lost] = [0, 0]
  return samples.flatMap(({ at, quality }) => {
    const { received, remote, roundTripMs, mos } = quality
    if (!received) return []
    const [came, missed] = [received.packets - packets, received.lost - lost]
    packets = received.packets
    lost = received.lost
    return {
      at,
      lossPercent: came + missed > 0 ? (100 * Math.max(0, missed)) / (came + missed) : 0,
      jitterMs: received.jitterMs,
      delayMs: received.delayMs,
      roundTripMs: roundTripMs ?? null,
      mos: mos ?? 0,
      remoteLossPercent: remote ? remote.lossRatio * 100 : null,
    }
  })
}
