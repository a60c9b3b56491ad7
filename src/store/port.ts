import type { ErrorCode } from '../base/error-table.js'
import type { TimelineEvent } from '../session/index.js'
import type { CallLogEntry, CallLogFilter } from './call-log.js'
import type { CallMetric } from './call-metrics.js'
import type { CallSearch } from './call-search.js'
import type { CommandResult, CommandResultFilter } from './command-results.js'
import type { ConferenceRecord, ConferenceSearch } from './conferences.js'
import type { DatabaseOptions } from './database.js'
import type { FlowExecution, FlowExecutionFilter, FlowStep } from './flow-runs.js'
import type { TimelinePage } from './queries.js'
import type { CallFilter, CallRecord, SessionRecord } from './records.js'
import type { Resource, ResourceKey } from './resources.js'
import type { Expired, Retention } from './retention.js'
import type { Schema } from './schema.js'
import type { TurnFilter, TurnRecord } from './turn-records.js'
import type {
  Backlog,
  DeliveryFilter,
  DeliveryPage,
  PendingFilter,
  PendingWebhook,
} from './webhook-records.js'
import type { StoreWrite } from './writes.js'

/** What may be asked of the store's thread, and what it answers. */
export interface StoreQueries {
  listCalls(filter: CallFilter): CallRecord[]
  getCall(id: string): CallRecord | undefined
  getSessions(callSid: string): SessionRecord[]
  getTimeline(sessionId: string): TimelineEvent[]
  getTimelinePage(page: TimelinePage): TimelineEvent[]
  settleInterrupted(nothing: undefined): number
  webhookBacklogs(nothing: undefined): Backlog[]
  pendingWebhooks(filter: PendingFilter): PendingWebhook[]
  listDeliveries(filter: DeliveryFilter): DeliveryPage
  commandResults(filter: CommandResultFilter): CommandResult[]
  putResource(row: Schema['resources']): void
  deleteResource(key: ResourceKey): void
  resource(key: ResourceKey): Resource | undefined
  resources(kind: string): Resource[]
  searchCalls(search: CallSearch): CallRecord[]
  deleteCall(callSid: string): void
  callLog(filter: CallLogFilter): CallLogEntry[]
  callMetrics(callSid: string): CallMetric[]
  conferences(search: ConferenceSearch): ConferenceRecord[]
  flowExecutions(filter: FlowExecutionFilter): FlowExecution[]
  flowSteps(executionSid: string): FlowStep[]
  deleteFlowExecution(sid: string): void
  turns(filter: TurnFilter): TurnRecord[]
  expire(retention: Retention): Expired
}

/** The store as its tables use it. */
export interface StoreAccess {
  /** Never waits, never throws. */
  add(write: StoreWrite): void
  /** Sees what was added before. @throws ParleyError */
  query<Name extends keyof StoreQueries>(
    name: Name,
    argument: Parameters<StoreQueries[Name]>[0],
  ): Promise<ReturnType<StoreQueries[Name]>>
  /** JSON text of a value; null where there is none, or where it cannot be told in JSON. */
  json(value: unknown): string | null
}

/** Given to the thread at its start. */
export type StoreWorkerData = DatabaseOptions

/** To the thread. Handled one after another, so a query sees the writes before it. */
export type StoreRequest =
  | { readonly type: 'writes'; readonly writes: readonly StoreWrite[] }
  | {
      readonly type: 'query'
      readonly id: number
      readonly name: keyof StoreQueries
      readonly argument: unknown
    }
  | { readonly type: 'close' }

/** From the thread. `written` answers each `writes`, in order. */
export type StoreReply =
  | { readonly type: 'ready' }
  | { readonly type: 'openFailed'; readonly message: string }
  | { readonly type: 'written'; readonly count: number; readonly failed: number; readonly message?: string }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'queryFailed'; readonly id: number; readonly code: ErrorCode; readonly message: string }
