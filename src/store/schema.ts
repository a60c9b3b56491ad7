import type { CallLogEntry } from './call-log.js'
import type { CommandResult } from './command-results.js'
import type { ConferenceRecord } from './conferences.js'
import type { FlowExecution, FlowStep } from './flow-runs.js'
import type { CallRecord, SessionRecord } from './records.js'
import type { TurnRecord } from './turn-records.js'
import type { DeliveryRecord, PendingWebhook, WebhookStatus } from './webhook-records.js'

/** A record as stored: objects are JSON text. */
type Stored<Row, Json extends keyof Row> = Omit<Row, Json> & {
  [Column in Json]: Row[Column] extends infer Value ? (null extends Value ? string | null : string) : never
}

/** The tables, by the names the queries use; the columns are their snake_case. */
export interface Schema {
  calls: Stored<CallRecord, 'quality' | 'problems'>
  sessions: Stored<SessionRecord, 'settings'>
  timelineEvents: {
    readonly sessionId: string
    readonly sequenceNumber: number
    /** ms since the Unix epoch, with fractions. */
    readonly atMs: number
    readonly name: string
    /** JSON object. */
    readonly data: string
  }
  webhooks: Stored<PendingWebhook, 'payload' | 'targets' | 'policy'> & {
    readonly status: WebhookStatus
    readonly startedAt: number | null
    readonly finishedAt: number | null
  }
  webhookAttempts: {
    readonly webhookId: string
    readonly attempt: number
    /** Place among the targets of the attempt. */
    readonly step: number
    /** JSON of a `WebhookAttempt`. */
    readonly data: string
  }
  commandResults: Stored<CommandResult, 'result'>
  callLog: Stored<CallLogEntry, 'data'>
  callMetrics: {
    readonly callSid: string
    /** ms since the Unix epoch, with fractions. */
    readonly atMs: number
    /** JSON object. */
    readonly quality: string
  }
  conferences: ConferenceRecord
  turns: TurnRecord
  resources: {
    readonly kind: string
    readonly id: string
    /** JSON object. */
    readonly value: string
    readonly createdAt: number
  }
  flowExecutions: Stored<FlowExecution, 'context'>
  flowSteps: Stored<FlowStep, 'context'>
}

export function toCall(row: Schema['calls']): CallRecord {
  const { quality, problems } = row
  return {
    ...row,
    quality: quality === null ? null : JSON.parse(quality),
    problems: problems === null ? null : JSON.parse(problems),
  }
}

export function toSession(row: Schema['sessions']): SessionRecord {
  return { ...row, settings: JSON.parse(row.settings) }
}

export function toPendingWebhook(row: Schema['webhooks']): PendingWebhook {
  const { status: _status, startedAt: _startedAt, finishedAt: _finishedAt, ...rest } = row
  return {
    ...rest,
    payload: JSON.parse(row.payload),
    targets: JSON.parse(row.targets),
    policy: JSON.parse(row.policy),
  }
}

/** @param attempts in the order to be listed */
export function toDelivery(
  row: Schema['webhooks'],
  attempts: readonly Schema['webhookAttempts'][],
): DeliveryRecord {
  const { id, queue, format, event, status, createdAt, startedAt, finishedAt } = row
  return {
    id,
    queue,
    format,
    event,
    payload: JSON.parse(row.payload),
    status,
    createdAt,
    startedAt,
    finishedAt,
    attempts: attempts.map(({ data }) => JSON.parse(data)),
  }
}
