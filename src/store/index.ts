export type { StoreCounts, StoreOptions } from './batched-access.js'
export type { CallLog, CallLogEntry, CallLogFilter, CallLogKind } from './call-log.js'
export type { CallMetric } from './call-metrics.js'
export type { CallSearch } from './call-search.js'
export {
  type CommandResult,
  type CommandResultFilter,
  type CommandResults,
  commandWindowMs,
} from './command-results.js'
export type { ConferenceRecord, ConferenceRecords, ConferenceSearch } from './conferences.js'
export type {
  FlowExecution,
  FlowExecutionChanges,
  FlowExecutionFilter,
  FlowRuns,
  FlowStep,
} from './flow-runs.js'
export type {
  CallChanges,
  CallEnd,
  CallFilter,
  CallProblem,
  CallRecord,
  CallStatus,
  NewCall,
  NewSession,
  SessionEnd,
  SessionRecord,
  SessionStatus,
} from './records.js'
export type { Resource, Resources } from './resources.js'
export { type Expired, expiredAtOnce, type Retention as CallRetention } from './retention.js'
export { Store } from './store.js'
export type { TurnFilter, TurnRecord, TurnRecords } from './turn-records.js'
export type {
  Backlog,
  DeliveryFilter,
  DeliveryPage,
  DeliveryRecord,
  HeaderList,
  PendingFilter,
  PendingWebhook,
  Retention,
  WebhookAttempt,
  WebhookError,
  WebhookProgress,
  WebhookRecords,
  WebhookStatus,
} from './webhook-records.js'
