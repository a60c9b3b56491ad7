import type { CallRecord } from '../../store/index.js'
import { type Edge, edgeMetadata, edgeOf, underEdge } from './edges.js'
import { iso } from './rows.js'
import {
  type Direction,
  directions,
  figuresOf,
  jitterOver,
  lossPercentage,
  rounded,
  type Sample,
} from './streams.js'

/** A row of the Metrics resource. */
export interface MetricRow {
  readonly timestamp: string
  readonly edge: Edge
  readonly direction: Direction
}

/** RTP profile numbers of codecs that have one (RFC 3551 §6). */
const profile: Readonly<Record<string, number>> = { PCMU: 0, PCMA: 8, G722: 9 }

/** Figures of a call's media: for each sample a row each way, with what was since the one before it. */
export function metricRows(
  call: CallRecord,
  samples: readonly Sample[],
  accountSid: string,
): readonly MetricRow[] {
  const edge = edgeOf(call)
  return samples.flatMap((sample, i) =>
    directions.map((direction) => ({
      timestamp: iso(sample.at),
      call_sid: call.callSid,
      account_sid: accountSid,
      edge,
      direction,
      ...underEdge(edge, {
        ...edgeMetadata,
        codec: profile[call.codec ?? ''] ?? null,
        codec_name: call.codec,
        cumulative: cumulative(samples.slice(0, i + 1), direction),
        interval: interval(samples[i - 1], sample, direction),
      }),
    })),
  )
}

function cumulative(samples: readonly Sample[], direction: Direction): object {
  const { packets, lost } = figuresOf(samples.at(-1)!.stats, direction)
  return { jitter: jitterOver(samples, direction), packets_received: packets, packets_lost: lost }
}

function interval(before: Sample | undefined, { stats }: Sample, direction: Direction): object {
  const now = figuresOf(stats, direction)
  const then = before ? figuresOf(before.stats, direction) : { packets: 0, lost: 0 }
  // A packet that counted as lost may still have come.
  const during = { ...now, packets: now.packets - then.packets, lost: Math.max(0, now.lost - then.lost) }
  const value = (figure: number | undefined) => (figure === undefined ? null : { value: rounded(figure) })
  return {
    packets_received: during.packets,
    packets_lost: during.lost,
    packets_loss_percentage: lossPercentage(during),
    jitter: value(now.jitterMs),
    rtt: value(stats.roundTripMs),
    mos: direction === 'inbound' ? value(stats.mos) : null,
  }
}
