import { percentile } from '../percentile.js'
import type { LevelResult } from './level.js'

/** One figure: how it is computed of a level, and what it must not exceed. */
export interface Figure {
  readonly name: string
  readonly key: string
  readonly unit: string
  /** Undefined where the figure is only told. */
  readonly limit?: number
  /** Undefined where the level cannot tell. */
  readonly of: (level: LevelResult) => number | undefined
}

/** Fewest calls whose CPU and memory can be told from the process's own ups and downs. */
const FEWEST_FOR_USAGE = 10

/** What `overhead` tells, in the order of the table. Limits are those of the project's plan. */
export const figures: readonly Figure[] = [
  delay('final transcript → prompt', 'prompt', 50, 1),
  delay('final transcript → prompt', 'prompt', 99, 5),
  delay('first token → first audio packet', 'firstPacket', 50),
  delay('first token → first audio packet', 'firstPacket', 99, 25),
  delay('voice detected → last packet of old audio', 'lastOld', 50),
  delay('voice detected → last packet of old audio', 'lastOld', 95, 20),
  gap(99, 22),
  gap(99.9, 30),
  {
    name: 'CPU a call',
    key: 'cpuPercentPerCall',
    unit: '% of a core',
    limit: 0.6,
    of: ({ calls, perCall }) => (calls < FEWEST_FOR_USAGE ? undefined : perCall?.cpuPercent),
  },
  {
    name: 'memory a call',
    key: 'memoryMbPerCall',
    unit: 'MB',
    limit: 1.5,
    of: ({ calls, perCall }) => (calls < FEWEST_FOR_USAGE ? undefined : perCall?.memoryMb),
  },
  {
    name: "driver's own lateness, p99.9",
    key: 'driverLatenessP99_9Ms',
    unit: 'ms',
    of: ({ gaps }) => percentile(gaps.lateness, 99.9),
  },
  { name: 'turns measured', key: 'turns', unit: '', of: ({ turns }) => turns.length },
  {
    name: 'turns that failed',
    key: 'turnsFailed',
    unit: '',
    limit: 0,
    of: ({ failures }) => failures.length,
  },
  { name: 'calls lost', key: 'callsLost', unit: '', limit: 0, of: ({ callsLost }) => callsLost },
  { name: 'RTP packets received', key: 'packets', unit: '', of: ({ gaps }) => gaps.packets },
  { name: 'RTP packets lost', key: 'packetsLost', unit: '', limit: 0, of: ({ gaps }) => gaps.lost },
]

function delay(
  name: string,
  key: 'prompt' | 'firstPacket' | 'lastOld',
  percent: number,
  limit?: number,
): Figure {
  return {
    name: `${name}, p${percent}`,
    key: `${key}P${percent}Ms`,
    unit: 'ms',
    ...(limit !== undefined && { limit }),
    of: ({ turns }) =>
      percentile(
        turns.map((turn) => turn[key]),
        percent,
      ),
  }
}

function gap(percent: number, limit: number): Figure {
  return {
    name: `gap between RTP packets, p${percent}`,
    key: `gapP${String(percent).replace('.', '_')}Ms`,
    unit: 'ms',
    limit,
    of: ({ gaps }) => percentile(gaps.gaps, percent),
  }
}
