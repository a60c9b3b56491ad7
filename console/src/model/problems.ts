import { type ErrorRow, errorTable } from '../../../src/base/error-table.js'
import type { CallProblem } from '../api/types.js'
import { text } from '../messages.js'
import { problemTitle } from './format.js'

/** A problem as it is explained: what it means and what to do. */
export interface Explained extends CallProblem {
  readonly meaning: string
  readonly remedy: string
  readonly twilio: number | undefined
  readonly telnyx: string | undefined
}

export function explained(problem: CallProblem): Explained {
  const row: ErrorRow | undefined = (errorTable as Readonly<Record<string, ErrorRow>>)[problem.code]
  const own = Object.hasOwn(text.problems, problem.code)
    ? String(text.problems[problem.code as keyof typeof text.problems])
    : undefined
  return {
    ...problem,
    meaning: row?.meaning ?? own ?? problemTitle(problem.code),
    remedy: row?.remedy ?? '',
    twilio: row?.twilio,
    telnyx: row?.telnyx,
  }
}
