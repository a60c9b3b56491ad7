import { type Kysely, sql } from 'kysely'
import type { StoreAccess } from './port.js'
import type { Schema } from './schema.js'

/** What an entry tells of: what went on between a call and its app, or how the call went over the wire. */
export type CallLogKind =
  /** A document or an answer was asked for. */
  | 'request'
  /** An error or a warning. */
  | 'notice'
  /** A SIP message. */
  | 'sip'

/** Something that went on in a call, beside its sessions. */
export interface CallLogEntry {
  /** Unique. */
  readonly id: string
  /** '' for a notice that no call has to do with. */
  readonly callSid: string
  readonly kind: CallLogKind
  /** ms since the Unix epoch. */
  readonly createdAt: number
  /** Plain JSON. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Which entries to read, in order of time; what is left out does not matter. */
export interface CallLogFilter {
  readonly id?: string | undefined
  readonly callSid?: string | undefined
  readonly kind: CallLogKind
  /** At or after, and before. */
  readonly createdFrom?: number | undefined
  readonly createdBefore?: number | undefined
  readonly limit: number
  readonly offset?: number | undefined
}

/** The logs of calls. Adding never waits and never throws; lists see what was added before. */
export class CallLog {
  constructor(private readonly store: StoreAccess) {}

  add(entry: CallLogEntry): void {
    this.store.add({ kind: 'insertCallLog', row: { ...entry, data: this.store.json(entry.data) ?? '{}' } })
  }

  list(filter: CallLogFilter): Promise<CallLogEntry[]> {
    return this.store.query('callLog', filter)
  }
}

export async function listCallLog(
  db: Kysely<Schema>,
  { id, callSid, kind, createdFrom, createdBefore, limit, offset = 0 }: CallLogFilter,
): Promise<CallLogEntry[]> {
  let query = db
    .selectFrom('callLog')
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('createdAt')
    // What came within one millisecond stays in its order.
    .orderBy(sql`rowid`)
    .limit(limit)
    .offset(offset)
  if (callSid !== undefined) query = query.where('callSid', '=', callSid)
  if (createdFrom !== undefined) query = query.where('createdAt', '>=', createdFrom)
  if (createdBefore !== undefined) query = query.where('createdAt', '<', createdBefore)
  if (id !== undefined) query = query.where('id', '=', id)
  const rows = await query.execute()
  return rows.map((row) => ({ ...row, data: JSON.parse(row.data) }))
}
