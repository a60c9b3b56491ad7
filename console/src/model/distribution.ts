import type { MeasuredTurn } from '../api/types.js'

export const stages = ['totalMs', 'transcriptMs', 'appMs', 'speechMs'] as const
export type StageName = (typeof stages)[number]

export interface Summary {
  readonly count: number
  readonly median: number
  readonly p90: number
  readonly p99: number
  readonly longest: number
}

/** Value below which a share of the values lies (nearest rank). `sorted` rises and is not empty. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!
}

/** Undefined where nothing was measured. */
export function summaryOf(turns: readonly MeasuredTurn[], stage: StageName): Summary | undefined {
  const sorted = valuesOf(turns, stage)
  if (sorted.length === 0) return undefined
  const [median, p90, p99] = [0.5, 0.9, 0.99].map((share) => percentile(sorted, share)) as [
    number,
    number,
    number,
  ]
  return { count: sorted.length, median, p90, p99, longest: sorted.at(-1)! }
}

/** How many values lie in each step of 100 ms up to the 99th percentile; the last step has all above it. */
export function histogramOf(
  turns: readonly MeasuredTurn[],
  stage: StageName,
): { readonly from: readonly number[]; readonly counts: readonly number[] } {
  const sorted = valuesOf(turns, stage)
  if (sorted.length === 0) return { from: [], counts: [] }
  const step = stepFor(percentile(sorted, 0.99))
  const steps = Math.floor(percentile(sorted, 0.99) / step) + 1
  const counts = new Array<number>(steps).fill(0)
  for (const value of sorted) counts[Math.min(steps - 1, Math.max(0, Math.floor(value / step)))]!++
  return { from: counts.map((_, i) => i * step), counts }
}

export type GroupKey = 'app' | 'stt' | 'tts' | 'voice'

export interface Group {
  readonly name: string
  readonly turns: readonly MeasuredTurn[]
}

/** Turns by what they have in common, the largest group first. */
export function groupsOf(turns: readonly MeasuredTurn[], key: GroupKey): Group[] {
  const groups = new Map<string, MeasuredTurn[]>()
  for (const turn of turns) {
    const own = groups.get(turn[key])
    if (own) own.push(turn)
    else groups.set(turn[key], [turn])
  }
  return [...groups]
    .map(([name, own]) => ({ name, turns: own }))
    .sort((a, b) => b.turns.length - a.turns.length)
}

/** Median and 90th percentile over time, in at most `most` equal parts. Times in s, for the chart. */
export function overTime(
  turns: readonly MeasuredTurn[],
  stage: StageName,
  most = 60,
): { readonly at: number[]; readonly median: (number | null)[]; readonly p90: (number | null)[] } {
  const times = turns.map(({ at }) => at)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  if (turns.length === 0) return { at: [], median: [], p90: [] }
  const width = Math.max(1000, (last - first) / most)
  const parts: MeasuredTurn[][] = []
  for (const turn of turns) {
    const part = Math.floor((turn.at - first) / width)
    parts[part] ??= []
    parts[part].push(turn)
  }
  const summaries = Array.from(parts, (part) => part && summaryOf(part, stage))
  return {
    at: summaries.map((_, i) => (first + (i + 0.5) * width) / 1000),
    median: summaries.map((summary) => summary?.median ?? null),
    p90: summaries.map((summary) => summary?.p90 ?? null),
  }
}

function valuesOf(turns: readonly MeasuredTurn[], stage: StageName): number[] {
  return turns.flatMap((turn) => turn[stage] ?? []).sort((a, b) => a - b)
}

/** ms of a step, so that there are at most 40 of them. */
function stepFor(longest: number): number {
  const steps = [10, 20, 50, 100, 200, 500, 1000]
  return steps.find((step) => longest / step <= 40) ?? 2000
}
