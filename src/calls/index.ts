export type { CallRecords } from './call/dependencies.js'
export type {
  BridgeOptions,
  CallControl,
  CallEndCause,
  CallEnding,
  CallObserver,
  CallState,
  ConferenceOptions,
  HeaderLines,
  ListenListener,
  Playing,
  Recording,
  Stoppable,
  Streaming,
} from './call-control.js'
export type { CallDriver, CallHandling, CallService, DialRequest, Routing } from './call-service.js'
export { Calls, type CallsOptions } from './calls.js'
export { newCallIdentity, newSessionId, type RandomBytes } from './identity.js'
export { type Route, routeOf, staticRouting } from './static-routes.js'
