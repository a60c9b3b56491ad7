import type { Kysely } from 'kysely'
import { forgetCall } from './call-search.js'
import { expireFlowExecutions } from './flow-runs.js'
import type { Schema } from './schema.js'

/** What is kept. Times are ms since the Unix epoch; what is left out is kept for ever. */
export interface Retention {
  /** Calls, executions of flows, and conferences, that ended before are forgotten, with all that belongs to them. */
  readonly callsFrom?: number | undefined
  /** SIP messages and figures of RTP from before are forgotten. */
  readonly tracesFrom?: number | undefined
}

/** What was forgotten in one step. */
export interface Expired {
  /** How many calls; where it is the most of one step, there may be more. */
  readonly calls: number
  /** Files of theirs, which are for the caller to delete. */
  readonly recordings: readonly string[]
}

/** Calls forgotten in one step, so that writes need not wait long. */
export const expiredAtOnce = 200

/** Forgets what is older than the retention says, some calls at once: as long as it tells of some, there may be more. */
export async function expire(db: Kysely<Schema>, { callsFrom, tracesFrom }: Retention): Promise<Expired> {
  if (tracesFrom !== undefined) {
    await db.deleteFrom('callLog').where('kind', '=', 'sip').where('createdAt', '<', tracesFrom).execute()
    await db.deleteFrom('callMetrics').where('atMs', '<', tracesFrom).execute()
  }
  if (callsFrom === undefined) return { calls: 0, recordings: [] }
  await expireFlowExecutions(db, callsFrom, expiredAtOnce)
  await db.deleteFrom('callLog').where('callSid', '=', '').where('createdAt', '<', callsFrom).execute()
  const calls = await db
    .selectFrom('calls')
    .select(['callSid', 'recordingPath'])
    .where('endedAt', '<', callsFrom)
    .orderBy('endedAt')
    .limit(expiredAtOnce)
    .execute()
  await db.transaction().execute(async (trx) => {
    for (const { callSid } of calls) await forgetCall(trx, callSid)
  })
  await db
    .deleteFrom('conferences')
    .where('status', '=', 'completed')
    .where('updatedAt', '<', callsFrom)
    .execute()
  const recordings = calls.flatMap(({ recordingPath }) => recordingPath ?? [])
  return { calls: calls.length, recordings }
}
