import type { Kysely } from 'kysely'
import type { CallRecord, CallStatus } from './records.js'
import { type Schema, toCall } from './schema.js'

/** Which calls to read, newest first; what is left out does not matter. Times are ms since the Unix epoch. */
export interface CallSearch {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly parentCallSid?: string | undefined
  readonly status?: CallStatus | undefined
  /** At or after. */
  readonly startedFrom?: number | undefined
  /** Before. */
  readonly startedBefore?: number | undefined
  readonly endedFrom?: number | undefined
  readonly endedBefore?: number | undefined
  /** SID of a call: none that began after it, so that pages stay what they are while calls begin. */
  readonly newest?: string | undefined
  readonly limit: number
  readonly offset?: number | undefined
}

export async function searchCalls(db: Kysely<Schema>, search: CallSearch): Promise<CallRecord[]> {
  const { from, to, parentCallSid, status, newest } = search
  let query = db
    .selectFrom('calls')
    .selectAll()
    .orderBy('startedAt', 'desc')
    .orderBy('callSid', 'desc')
    .limit(search.limit)
    .offset(search.offset ?? 0)
  if (from !== undefined) query = query.where('from', '=', from)
  if (to !== undefined) query = query.where('to', '=', to)
  if (parentCallSid !== undefined) query = query.where('parentCallSid', '=', parentCallSid)
  if (status !== undefined) query = query.where('status', '=', status)
  if (search.startedFrom !== undefined) query = query.where('startedAt', '>=', search.startedFrom)
  if (search.startedBefore !== undefined) query = query.where('startedAt', '<', search.startedBefore)
  if (search.endedFrom !== undefined) query = query.where('endedAt', '>=', search.endedFrom)
  if (search.endedBefore !== undefined) query = query.where('endedAt', '<', search.endedBefore)
  if (newest !== undefined) {
    query = query.where((where) =>
      where(
        where.refTuple('startedAt', 'callSid'),
        '<=',
        where
          .selectFrom('calls')
          .select(['startedAt', 'callSid'])
          .where('callSid', '=', newest)
          .$asTuple('startedAt', 'callSid'),
      ),
    )
  }
  return (await query.execute()).map(toCall)
}

/** Forgets a call, with its sessions, their timelines, its figures and its log. */
export async function deleteCall(db: Kysely<Schema>, callSid: string): Promise<void> {
  await db.transaction().execute((trx) => forgetCall(trx, callSid))
}

/** As `deleteCall`, within a transaction. */
export async function forgetCall(trx: Kysely<Schema>, callSid: string): Promise<void> {
  const sessions = trx.selectFrom('sessions').select('sessionId').where('callSid', '=', callSid)
  await trx.deleteFrom('timelineEvents').where('sessionId', 'in', sessions).execute()
  await trx.deleteFrom('turns').where('sessionId', 'in', sessions).execute()
  await trx.deleteFrom('sessions').where('callSid', '=', callSid).execute()
  await trx.deleteFrom('callMetrics').where('callSid', '=', callSid).execute()
  await trx.deleteFrom('callLog').where('callSid', '=', callSid).execute()
  await trx.deleteFrom('calls').where('callSid', '=', callSid).execute()
}
