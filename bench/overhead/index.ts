import { conditionsHere } from './conditions.js'
import { measureLevel } from './level.js'
import { type OverheadReport, reportOf, tableOf } from './report.js'

export interface OverheadOptions {
  /** Numbers of concurrent calls to measure at, one after another. */
  readonly calls: readonly number[]
  readonly turns: number
  readonly seconds: number
}

/** Measures what the relay adds to a call. Progress goes to stderr. @throws Error when it cannot be measured */
export async function measureOverhead({ calls, turns, seconds }: OverheadOptions): Promise<OverheadReport> {
  const conditions = conditionsHere()
  const levels = []
  for (const count of calls) {
    const progress = (text: string) => process.stderr.write(`${count} × ${text}\n`)
    levels.push(await measureLevel({ calls: count, turns, seconds, progress }))
  }
  return reportOf(conditions, levels)
}

export { tableOf }
