import { percentile } from '../percentile.js'
import type { Conditions } from './conditions.js'

/** What an adapter may take at most, in ms, p99. */
const LIMIT_MS = 2

/** One adapter, one way. All in ms. */
export interface AdapterRow {
  readonly way: string
  readonly vendor: string
  readonly p50: number | null
  readonly p99: number | null
  readonly limit: number
  /** Null where nothing could be measured. */
  readonly pass: boolean | null
  readonly messages: number
}

export interface AdaptersReport {
  readonly conditions: Conditions
  readonly rows: readonly AdapterRow[]
}

export function rowOf(way: string, vendor: string, delays: readonly number[]): AdapterRow {
  const at = (percent: number) => {
    return delays.length === 0 ? null : Number(percentile(delays, percent).toFixed(2))
  }
  const p99 = at(99)
  const pass = p99 === null ? null : p99 <= LIMIT_MS
  return { way, vendor, p50: at(50), p99, limit: LIMIT_MS, pass, messages: delays.length }
}

/** The report for people. */
export function tableOf({ conditions, rows }: AdaptersReport): string {
  const head = ['', 'adapter', 'p50', 'p99', 'limit', '', 'messages']
  const told = (ms: number | null) => (ms === null ? '–' : ms.toFixed(2))
  const verdict = (pass: boolean | null) => (pass === null ? '' : pass ? 'pass' : 'FAIL')
  const body = rows.map(({ way, vendor, p50, p99, limit, pass, messages }, i) => {
    const first = rows[i - 1]?.way !== way
    return [first ? way : '', vendor, told(p50), told(p99), `≤ ${limit} ms`, verdict(pass), String(messages)]
  })
  const table = [head, ...body]
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  const about = Object.entries(conditions).map(([name, value]) => `${`${name}:`.padEnd(10)}${value}`)
  return [...lines, '', ...about].join('\n')
}
