import type { Conditions } from './conditions.js'
import { figures } from './figures.js'
import type { LevelResult } from './level.js'

/** One figure at all levels. */
interface Row {
  readonly name: string
  readonly key: string
  readonly unit: string
  readonly limit: number | null
  /** By level; null where it cannot be told. */
  readonly values: readonly (number | null)[]
  /** Null where there is no limit or no value. */
  readonly pass: boolean | null
}

export interface OverheadReport {
  readonly conditions: Conditions
  readonly calls: readonly number[]
  readonly seconds: readonly number[]
  readonly figures: readonly Row[]
  readonly failures: readonly string[]
}

/** Brings what was measured into figures and verdicts. */
export function reportOf(conditions: Conditions, levels: readonly LevelResult[]): OverheadReport {
  const rows = figures.map(({ name, key, unit, limit, of }): Row => {
    const values = levels.map((level) => rounded(of(level)))
    const known = values.filter((value) => value !== null)
    const pass = limit === undefined || known.length === 0 ? null : known.every((value) => value <= limit)
    return { name, key, unit, limit: limit ?? null, values, pass }
  })
  return {
    conditions,
    calls: levels.map(({ calls }) => calls),
    seconds: levels.map(({ seconds }) => Math.round(seconds * 10) / 10),
    figures: rows,
    failures: levels.flatMap(({ failures }) => failures),
  }
}

/** The report for people. */
export function tableOf({ conditions, calls, seconds, figures: rows, failures }: OverheadReport): string {
  const head = ['', ...calls.map((count) => `${count} call${count === 1 ? '' : 's'}`), 'limit', '']
  const body = rows.map(({ name, unit, limit, values, pass }) => [
    name,
    ...values.map((value) => (value === null ? '–' : String(value))),
    limit === null ? '' : `≤ ${limit}${unit && ` ${unit}`}`,
    pass === null ? '' : pass ? 'pass' : 'FAIL',
  ])
  const table = [head, ...body]
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  const about = Object.entries(conditions).map(([name, value]) => `${`${name}:`.padEnd(10)}${value}`)
  const watched = `${'watched:'.padEnd(10)}${seconds.map((s, i) => `${s} s at ${calls[i]}`).join(', ')}`
  return [...lines, '', ...about, watched, ...failures.map((text) => `failed:   ${text}`)].join('\n')
}

function rounded(value: number | undefined): number | null {
  if (value === undefined || Number.isNaN(value)) return null
  return Number(value.toFixed(2))
}
