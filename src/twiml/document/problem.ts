import { type ErrorCode, type ErrorRow, errorTable } from '../../base/error-table.js'
import type { FetchedDocument } from '../fetching/request.js'

/**
 * What is wrong with a document, or with how it was fetched. A warning costs an attribute or a verb, an error the
 * document.
 */
export interface Problem {
  readonly level: 'warning' | 'error'
  readonly code: ErrorCode
  /** Twilio's number. */
  readonly number: number
  /** What is wrong and where, in one sentence. */
  readonly message: string
  /** Line of the document, from 1. */
  readonly line?: number | undefined
}

export type Report = (problem: Problem) => void

/** @param number where Twilio has a more precise one than the error table's row */
export function problem(
  level: Problem['level'],
  code: ErrorCode,
  message: string,
  { line, number }: { line?: number | undefined; number?: number | undefined } = {},
): Problem {
  const row: ErrorRow = errorTable[code]
  return { level, code, number: number ?? row.twilio ?? 12200, message, ...(line !== undefined && { line }) }
}

/** Ends the reading of a document. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError'

  /** @param answer what came in a document's place, for the call's log */
  constructor(
    readonly problem: Problem,
    readonly answer?: FetchedDocument,
  ) {
    super(problem.message)
  }
}
