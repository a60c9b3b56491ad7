import type { Kysely } from 'kysely'
import type { StoreAccess } from './port.js'
import type { Schema } from './schema.js'

/** One call, or one request, on its way through a flow of Studio's. Times are ms since the Unix epoch. */
export interface FlowExecution {
  /** `FN` and 32 hex digits. */
  readonly sid: string
  readonly flowSid: string
  readonly flowRevision: number
  /** `FC` and 32 hex digits: whom it talks with, the same for one address. */
  readonly contactSid: string
  readonly contactChannelAddress: string
  readonly status: 'active' | 'ended'
  /** `caller` for a call that came in, `api`, or the SID of the execution that it is a subflow of. */
  readonly initiatedBy: string
  /** The call it runs on; null while it has none. */
  readonly callSid: string | null
  /** Variables of the whole, as templates see them. */
  readonly context: Readonly<Record<string, unknown>>
  /** Why it ended, in words; null while it goes on. */
  readonly endReason: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

export type FlowExecutionChanges = Partial<
  Pick<FlowExecution, 'status' | 'callSid' | 'context' | 'endReason' | 'updatedAt'>
>

/** A transition that an execution took: it left one widget by an event and came to another, or to its end. */
export interface FlowStep {
  /** `FT` and 32 hex digits. */
  readonly sid: string
  readonly executionSid: string
  readonly flowSid: string
  /** Step of the parent flow that runs this one as a subflow. */
  readonly parentStepSid: string | null
  /** Place among the steps of its execution, from 1. */
  readonly sequence: number
  /** The event: `incomingCall`, `success` … */
  readonly name: string
  /** Type of the widget that was left. */
  readonly type: string
  readonly transitionedFrom: string
  /** `Ended` where nothing follows. */
  readonly transitionedTo: string
  /** Variables as they were after the widget that was left. */
  readonly context: Readonly<Record<string, unknown>>
  readonly createdAt: number
}

/** Which executions to read, newest first; what is left out does not matter. Times are ms since the Unix epoch. */
export interface FlowExecutionFilter {
  readonly sid?: string | undefined
  readonly flowSid?: string | undefined
  readonly callSid?: string | undefined
  readonly status?: FlowExecution['status'] | undefined
  readonly createdFrom?: number | undefined
  readonly createdTo?: number | undefined
  readonly limit: number
  readonly offset?: number | undefined
}

/** Executions of flows and their steps. Telling never waits and never throws; lists see what was told before. */
export class FlowRuns {
  constructor(private readonly store: StoreAccess) {}

  began(execution: FlowExecution): void {
    const row = { ...execution, context: this.store.json(execution.context) ?? '{}' }
    this.store.add({ kind: 'insertFlowExecution', row })
  }

  changed(sid: string, { context, ...changes }: FlowExecutionChanges): void {
    const stored = { ...changes, ...(context && { context: this.store.json(context) ?? '{}' }) }
    this.store.add({ kind: 'updateFlowExecution', sid, changes: stored })
  }

  step(step: FlowStep): void {
    const row = { ...step, context: this.store.json(step.context) ?? '{}' }
    this.store.add({ kind: 'insertFlowStep', row })
  }

  list(filter: FlowExecutionFilter): Promise<FlowExecution[]> {
    return this.store.query('flowExecutions', filter)
  }

  /** In the order in which they were taken. */
  steps(executionSid: string): Promise<FlowStep[]> {
    return this.store.query('flowSteps', executionSid)
  }

  /** Forgets an execution and its steps. */
  async delete(sid: string): Promise<void> {
    await this.store.query('deleteFlowExecution', sid)
  }
}

export async function listFlowExecutions(
  db: Kysely<Schema>,
  { sid, flowSid, callSid, status, createdFrom, createdTo, limit, offset = 0 }: FlowExecutionFilter,
): Promise<FlowExecution[]> {
  let query = db
    .selectFrom('flowExecutions')
    .selectAll()
    .orderBy('createdAt', 'desc')
    .orderBy('sid', 'desc')
    .limit(limit)
    .offset(offset)
  if (sid !== undefined) query = query.where('sid', '=', sid)
  if (flowSid !== undefined) query = query.where('flowSid', '=', flowSid)
  if (callSid !== undefined) query = query.where('callSid', '=', callSid)
  if (status !== undefined) query = query.where('status', '=', status)
  if (createdFrom !== undefined) query = query.where('createdAt', '>=', createdFrom)
  if (createdTo !== undefined) query = query.where('createdAt', '<=', createdTo)
  return (await query.execute()).map((row) => ({ ...row, context: JSON.parse(row.context) }))
}

export async function listFlowSteps(db: Kysely<Schema>, executionSid: string): Promise<FlowStep[]> {
  const rows = await db
    .selectFrom('flowSteps')
    .selectAll()
    .where('executionSid', '=', executionSid)
    .orderBy('sequence')
    .execute()
  return rows.map((row) => ({ ...row, context: JSON.parse(row.context) }))
}

export async function deleteFlowExecution(db: Kysely<Schema>, sid: string): Promise<void> {
  await db.deleteFrom('flowSteps').where('executionSid', '=', sid).execute()
  await db.deleteFrom('flowExecutions').where('sid', '=', sid).execute()
}

/** Forgets executions that ended before a time, some at once. @param atOnce how many at the most */
export async function expireFlowExecutions(
  db: Kysely<Schema>,
  before: number,
  atOnce: number,
): Promise<void> {
  const old = await db
    .selectFrom('flowExecutions')
    .select('sid')
    .where('status', '=', 'ended')
    .where('updatedAt', '<', before)
    .limit(atOnce)
    .execute()
  if (old.length === 0) return
  const sids = old.map(({ sid }) => sid)
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('flowSteps').where('executionSid', 'in', sids).execute()
    await trx.deleteFrom('flowExecutions').where('sid', 'in', sids).execute()
  })
}

/** Writes that are about flows. */
export type FlowWrite =
  | { readonly kind: 'insertFlowExecution'; readonly row: Schema['flowExecutions'] }
  | {
      readonly kind: 'updateFlowExecution'
      readonly sid: string
      readonly changes: Partial<Schema['flowExecutions']>
    }
  | { readonly kind: 'insertFlowStep'; readonly row: Schema['flowSteps'] }

export async function applyFlowWrite(db: Kysely<Schema>, write: FlowWrite): Promise<void> {
  switch (write.kind) {
    case 'insertFlowExecution':
      await db.insertInto('flowExecutions').values(write.row).execute()
      return
    case 'updateFlowExecution':
      await db.updateTable('flowExecutions').set(write.changes).where('sid', '=', write.sid).execute()
      return
    case 'insertFlowStep':
      await db.insertInto('flowSteps').values(write.row).execute()
  }
}
