import type { Kysely } from 'kysely'
import type { StoreAccess } from './port.js'
import type { Schema } from './schema.js'

/** What a command was answered with, for those that send it again. */
export interface CommandResult {
  /** The call it was for; '' for commands that made one. */
  readonly callControlId: string
  readonly commandId: string
  /** HTTP status. */
  readonly statusCode: number
  /** Body of the answer. */
  readonly result: object
  /** ms since the Unix epoch. */
  readonly createdAt: number
}

/** Which results to read, in order of time. */
export interface CommandResultFilter {
  /** ms since the Unix epoch. */
  readonly createdFrom: number
  readonly callControlId?: string | undefined
  readonly commandId?: string | undefined
}

/** How long results are kept, in ms: as long as Telnyx takes a command of the same `command_id` for the same one. */
export const commandWindowMs = 60_000

/** Results of commands, across restarts. */
export class CommandResults {
  constructor(private readonly store: StoreAccess) {}

  /** Never waits, never throws. Takes the place of an earlier result of the same command. */
  add(result: CommandResult): void {
    const row = { ...result, result: this.store.json(result.result) ?? '{}' }
    this.store.add({ kind: 'insertCommandResult', row })
  }

  list(filter: CommandResultFilter): Promise<CommandResult[]> {
    return this.store.query('commandResults', filter)
  }
}

/** Writes a result and forgets those that are too old. */
export async function insertCommandResult(db: Kysely<Schema>, row: Schema['commandResults']): Promise<void> {
  const expired = row.createdAt - commandWindowMs
  await db.deleteFrom('commandResults').where('createdAt', '<', expired).execute()
  await db
    .insertInto('commandResults')
    .values(row)
    .onConflict((conflict) => conflict.columns(['callControlId', 'commandId']).doUpdateSet(row))
    .execute()
}

export async function listCommandResults(
  db: Kysely<Schema>,
  { createdFrom, callControlId, commandId }: CommandResultFilter,
): Promise<CommandResult[]> {
  let query = db
    .selectFrom('commandResults')
    .selectAll()
    .where('createdAt', '>=', createdFrom)
    .orderBy('createdAt')
  if (callControlId !== undefined) query = query.where('callControlId', '=', callControlId)
  if (commandId !== undefined) query = query.where('commandId', '=', commandId)
  const rows = await query.execute()
  return rows.map((row) => ({ ...row, result: JSON.parse(row.result) }))
}
