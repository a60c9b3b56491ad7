import type { Clock } from '../../base/clock.js'
import type { Calls } from '../../calls/index.js'
import type { AdminGuard } from '../../server/index.js'
import type { IceServer } from '../../webrtc/index.js'
import type { Clients } from '../clients.js'
import type { CallTokens } from '../tokens/call-token.js'
import type { WebCalls } from '../web-calls.js'
import type { Access } from './access.js'
import type { EventStream } from './event-stream.js'

/** What the routes share. */
export interface WebContext {
  readonly clock: Clock
  readonly access: Access
  readonly tokens: CallTokens
  /** Of what concerns all calls. */
  readonly guard: AdminGuard
  readonly iceServers: readonly IceServer[]
  readonly calls: Pick<Calls, 'fromBrowser'>
  readonly webCalls: WebCalls
  readonly clients: Clients
  /** Those that are open, to be closed with the node. */
  readonly streams: Set<EventStream>
}
