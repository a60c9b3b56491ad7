import { type Kysely, sql } from 'kysely'
import { ParleyError } from '../base/errors.js'
import type { TimelineEvent, TimelineEventName } from '../session/index.js'
import type { CallFilter, CallRecord, SessionRecord } from './records.js'
import { type Schema, toCall, toSession } from './schema.js'

/** Calls, newest first. */
export async function listCalls(db: Kysely<Schema>, filter: CallFilter): Promise<CallRecord[]> {
  const { before, status, search, live, direction, startedFrom, startedBefore, troubled } = filter
  const limit = Math.min(Math.max(1, Math.trunc(filter.limit ?? 50)), 1000)
  let query = db
    .selectFrom('calls')
    .selectAll()
    .orderBy('startedAt', 'desc')
    .orderBy('callSid', 'desc')
    .limit(limit)
  if (status) query = query.where('status', '=', status)
  if (live !== undefined) query = query.where('endedAt', live ? 'is' : 'is not', null)
  if (direction) query = query.where('direction', '=', direction)
  if (startedFrom !== undefined) query = query.where('startedAt', '>=', startedFrom)
  if (startedBefore !== undefined) query = query.where('startedAt', '<', startedBefore)
  if (troubled) query = query.where('problems', 'is not', null)
  if (before) {
    query = query.where((where) =>
      where(
        where.refTuple('startedAt', 'callSid'),
        '<',
        where
          .selectFrom('calls')
          .select(['startedAt', 'callSid'])
          .where('callSid', '=', before)
          .$asTuple('startedAt', 'callSid'),
      ),
    )
  }
  if (search) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
    const columns = ['callSid', 'callControlId', 'from', 'to', 'dialled', 'callerName', 'sipCallId'] as const
    query = query.where((where) =>
      where.or(columns.map((column) => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`)),
    )
  }
  return (await query.execute()).map(toCall)
}

/**
 * A call by any of its identifiers, by a session of it, or by the beginning of its SID (with or without `CA`).
 *
 * @throws ParleyError `call_ambiguous` when the beginning fits several calls
 */
export async function getCall(db: Kysely<Schema>, id: string): Promise<CallRecord | undefined> {
  if (id === '') return undefined
  const exact = await db
    .selectFrom('calls')
    .selectAll()
    .where((where) =>
      where.or([
        where('callSid', '=', id),
        where('callControlId', '=', id),
        where('callSessionId', '=', id),
        where('callLegId', '=', id),
        where('sipCallId', '=', id),
        where('callSid', 'in', where.selectFrom('sessions').select('callSid').where('sessionId', '=', id)),
      ]),
    )
    .orderBy('startedAt', 'desc')
    .executeTakeFirst()
  if (exact) return toCall(exact)
  const prefix = `CA${id.replace(/^CA/i, '').toLowerCase()}`
  const close = await db
    .selectFrom('calls')
    .selectAll()
    .where('callSid', '>=', prefix)
    .where('callSid', '<', `${prefix}~`)
    .limit(3)
    .execute()
  if (close.length > 1) {
    const some = close.map((row) => row.callSid).join(', ')
    throw new ParleyError('call_ambiguous', `"${id}" fits several calls: ${some}.`)
  }
  return close[0] && toCall(close[0])
}

/** The sessions of a call, in order. */
export async function getSessions(db: Kysely<Schema>, callSid: string): Promise<SessionRecord[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where('callSid', '=', callSid)
    .orderBy('startedAt')
    .orderBy('sessionId')
    .execute()
  return rows.map(toSession)
}

/** The events of a session, in order. */
export async function getTimeline(db: Kysely<Schema>, sessionId: string): Promise<TimelineEvent[]> {
  return getTimelinePage(db, { sessionId, after: 0, limit: Number.MAX_SAFE_INTEGER })
}

/** A part of a session's events. */
export interface TimelinePage {
  readonly sessionId: string
  /** Sequence number of the event before the first. */
  readonly after: number
  readonly limit: number
}

export async function getTimelinePage(
  db: Kysely<Schema>,
  { sessionId, after, limit }: TimelinePage,
): Promise<TimelineEvent[]> {
  const rows = await db
    .selectFrom('timelineEvents')
    .selectAll()
    .where('sessionId', '=', sessionId)
    .where('sequenceNumber', '>', after)
    .orderBy('sequenceNumber')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    sessionId: row.sessionId,
    sequenceNumber: row.sequenceNumber,
    at: row.atMs,
    // Only names of this type were written.
    name: row.name as TimelineEventName,
    data: JSON.parse(row.data),
  }))
}
