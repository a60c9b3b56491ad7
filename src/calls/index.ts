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
  Recognition,
  Recording,
  Stoppable,
  Streaming,
} from './call-control.js'
export type { CallDriver, CallHandling, CallService, Dialable, DialRequest, Routing } from './call-service.js'
export { Calls, type CallsOptions } from './calls.js'
export type { DialDirectory, PhoneBook } from './dial/resolve-target.js'
export type { TargetBranch } from './dial/target.js'
export type { Trunk } from './dial/trunks.js'
export { newCallIdentity, newSessionId, type RandomBytes } from './identity.js'
export type { CallOut } from './line/forks.js'
export { dialableRoutes, type Route, routeOf, staticRouting } from './static-routes.js'
export type {
  ClientBook,
  RingStop,
  WebCallBegun,
  WebCallRequest,
  WebCallsOptions,
  WebInvitation,
  WebParty,
} from './web.js'
