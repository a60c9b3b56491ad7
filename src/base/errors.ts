import { type ErrorCode, type ErrorRow, errorTable } from './error-table.js'

/** Every error that Parley itself raises: a stable code of the error table, and what was wrong, where. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError'

  /**
   * @param code row of the error table
   * @param detail what was wrong and where, in one sentence; the table's own sentence when absent
   */
  constructor(
    readonly code: ErrorCode,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(detail ?? errorTable[code].meaning, options)
  }

  /** What to do about it. */
  get remedy(): string {
    return this.row.remedy
  }

  /** Twilio's number for it, where Twilio has one. */
  get twilio(): number | undefined {
    return this.row.twilio
  }

  private get row(): ErrorRow {
    return errorTable[this.code]
  }
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The same of whatever caused it: `fetch` hides there what happened. */
export function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  return messageOf(cause instanceof Error && cause.message ? cause : thrown)
}
