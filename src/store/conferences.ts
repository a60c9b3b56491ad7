import type { Kysely } from 'kysely'
import type { StoreAccess } from './port.js'
import type { Schema } from './schema.js'

/** A conference, as it is or was. Times are ms since the Unix epoch. */
export interface ConferenceRecord {
  /** `CF` and 32 hex digits; unique. */
  readonly sid: string
  readonly name: string
  readonly status: 'init' | 'in-progress' | 'completed'
  readonly createdAt: number
  readonly updatedAt: number
  /** Why it ended, in Twilio's words; null while it lasts, and where the process ended in it. */
  readonly endReason: string | null
  /** SID of the call that ended it. */
  readonly endedBy: string | null
}

/** Which conferences to read, newest first; what is left out does not matter. */
export interface ConferenceSearch {
  readonly sid?: string | undefined
  readonly name?: string | undefined
  readonly status?: ConferenceRecord['status'] | undefined
  /** At or after. */
  readonly createdFrom?: number | undefined
  /** Before. */
  readonly createdBefore?: number | undefined
  readonly updatedFrom?: number | undefined
  readonly updatedBefore?: number | undefined
  readonly limit: number
  readonly offset?: number | undefined
}

/** Conferences, live and past. Telling never waits and never throws; searches see what was told before. */
export class ConferenceRecords {
  constructor(private readonly store: StoreAccess) {}

  /** Makes or replaces. */
  put(row: ConferenceRecord): void {
    this.store.add({ kind: 'putConference', row })
  }

  search(search: ConferenceSearch): Promise<ConferenceRecord[]> {
    return this.store.query('conferences', search)
  }
}

/** Makes the row, or changes all of it but when it was made. */
export async function putConference(db: Kysely<Schema>, row: ConferenceRecord): Promise<void> {
  const { sid: _, createdAt: __, ...changes } = row
  await db
    .insertInto('conferences')
    .values(row)
    .onConflict((conflict) => conflict.column('sid').doUpdateSet(changes))
    .execute()
}

export async function searchConferences(
  db: Kysely<Schema>,
  search: ConferenceSearch,
): Promise<ConferenceRecord[]> {
  const { sid, name, status, limit, offset = 0 } = search
  let query = db
    .selectFrom('conferences')
    .selectAll()
    .orderBy('createdAt', 'desc')
    .orderBy('sid', 'desc')
    .limit(limit)
    .offset(offset)
  if (sid !== undefined) query = query.where('sid', '=', sid)
  if (name !== undefined) query = query.where('name', '=', name)
  if (status !== undefined) query = query.where('status', '=', status)
  if (search.createdFrom !== undefined) query = query.where('createdAt', '>=', search.createdFrom)
  if (search.createdBefore !== undefined) query = query.where('createdAt', '<', search.createdBefore)
  if (search.updatedFrom !== undefined) query = query.where('updatedAt', '>=', search.updatedFrom)
  if (search.updatedBefore !== undefined) query = query.where('updatedAt', '<', search.updatedBefore)
  return query.execute()
}
