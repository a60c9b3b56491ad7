export type { CallRecords } from './call.js'
export { Calls, type CallsOptions } from './calls.js'
export { newCallIdentity, newSessionId } from './identity.js'
export { type Route, routeOf } from './routes.js'
