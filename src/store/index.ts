export type {
  CallChanges,
  CallEnd,
  CallFilter,
  CallRecord,
  CallStatus,
  NewCall,
  NewSession,
  SessionEnd,
  SessionRecord,
  SessionStatus,
} from './records.js'
export { Store, type StoreCounts, type StoreOptions } from './store.js'
export { type Turn, TurnTracker } from './turns.js'
