import { type Insertable, type Kysely, sql } from 'kysely'
import { insertCommandResult } from './command-results.js'
import { type ConferenceRecord, putConference } from './conferences.js'
import { applyFlowWrite, type FlowWrite } from './flow-runs.js'
import type { Schema } from './schema.js'
import { insertTurn } from './turn-records.js'
import { applyWebhookWrite, type WebhookWrite } from './webhook-writes.js'

/** One change, as plain values that cross to the store's thread. */
export type StoreWrite =
  | { readonly kind: 'insertCall'; readonly row: Insertable<Schema['calls']> }
  | { readonly kind: 'updateCall'; readonly callSid: string; readonly changes: Partial<Schema['calls']> }
  | { readonly kind: 'insertSession'; readonly row: Insertable<Schema['sessions']> }
  | {
      readonly kind: 'updateSession'
      readonly sessionId: string
      readonly changes: Partial<Schema['sessions']>
    }
  | { readonly kind: 'event'; readonly row: Insertable<Schema['timelineEvents']> }
  | { readonly kind: 'insertCallLog'; readonly row: Schema['callLog'] }
  | { readonly kind: 'insertCallMetric'; readonly row: Schema['callMetrics'] }
  | { readonly kind: 'putConference'; readonly row: ConferenceRecord }
  | { readonly kind: 'insertTurn'; readonly row: Schema['turns'] }
  | { readonly kind: 'insertCommandResult'; readonly row: Schema['commandResults'] }
  | FlowWrite
  | WebhookWrite

/**
 * Writes a batch as one transaction. Where that fails, each change is tried by itself, so that one bad row costs
 * only itself.
 *
 * @returns how many changes were lost, and the first error
 */
export async function applyWrites(
  db: Kysely<Schema>,
  writes: readonly StoreWrite[],
): Promise<{ failed: number; error?: unknown }> {
  try {
    await db.transaction().execute((trx) => applyAll(trx, writes))
    return { failed: 0 }
  } catch (error) {
    if (writes.length === 1) return { failed: 1, error }
  }
  let failed = 0
  let first: unknown
  for (const write of writes) {
    try {
      await applyAll(db, [write])
    } catch (error) {
      if (failed++ === 0) first = error
    }
  }
  return { failed, error: first }
}

async function applyAll(db: Kysely<Schema>, writes: readonly StoreWrite[]): Promise<void> {
  const events: Insertable<Schema['timelineEvents']>[] = []
  for (const write of writes) {
    if (write.kind === 'event') events.push(write.row)
    else await applyRecord(db, write)
  }
  if (events.length > 0) await insertEvents(db, events)
}

/** All of them in one statement of one shape, which is prepared once: rows as parameters would be a statement a number. */
async function insertEvents(
  db: Kysely<Schema>,
  events: readonly Insertable<Schema['timelineEvents']>[],
): Promise<void> {
  const rows = events.map(({ sessionId, sequenceNumber, atMs, name, data }) => [
    sessionId,
    sequenceNumber,
    atMs,
    name,
    data,
  ])
  await sql`
    insert or ignore into timeline_events (session_id, sequence_number, at_ms, name, data)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(${JSON.stringify(rows)})
  `.execute(db)
}

async function applyRecord(db: Kysely<Schema>, write: Exclude<StoreWrite, { kind: 'event' }>): Promise<void> {
  switch (write.kind) {
    case 'insertCall':
      await db.insertInto('calls').values(write.row).execute()
      return
    case 'updateCall':
      await db.updateTable('calls').set(write.changes).where('callSid', '=', write.callSid).execute()
      return
    case 'insertSession':
      await db.insertInto('sessions').values(write.row).execute()
      return
    case 'updateSession':
      await db.updateTable('sessions').set(write.changes).where('sessionId', '=', write.sessionId).execute()
      return
    case 'insertCallLog':
      await db.insertInto('callLog').values(write.row).execute()
      return
    case 'insertCallMetric':
      await db.insertInto('callMetrics').values(write.row).execute()
      return
    case 'putConference':
      await putConference(db, write.row)
      return
    case 'insertTurn':
      await insertTurn(db, write.row)
      return
    case 'insertCommandResult':
      await insertCommandResult(db, write.row)
      return
    case 'insertFlowExecution':
    case 'updateFlowExecution':
    case 'insertFlowStep':
      await applyFlowWrite(db, write)
      return
    default:
      await applyWebhookWrite(db, write)
  }
}

/**
 * Marks what a killed process left open as failed: calls and sessions end at their last known moment. Conferences are
 * over, for no reason that is told.
 *
 * @returns how many calls were open
 */
export async function settleInterrupted(db: Kysely<Schema>): Promise<number> {
  await db
    .updateTable('sessions')
    .set({
      status: 'failed',
      errorMessage: 'The process ended during the session.',
      endedAt: sql<number>`coalesce(
        (select max(at_ms) from timeline_events where timeline_events.session_id = sessions.session_id),
        started_at)`,
    })
    .where('endedAt', 'is', null)
    .execute()
  await db
    .updateTable('conferences')
    .set({ status: 'completed' })
    .where('status', '!=', 'completed')
    .execute()
  const calls = await db
    .updateTable('calls')
    .set({
      status: 'failed',
      endBy: 'relay',
      endReason: 'interrupted',
      endedAt: sql<number>`coalesce(
        (select max(ended_at) from sessions where sessions.call_sid = calls.call_sid), answered_at, started_at)`,
    })
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return Number(calls.numUpdatedRows)
}
