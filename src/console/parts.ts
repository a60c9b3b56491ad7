import type { FastifyInstance } from 'fastify'
import type { Clock } from '../base/clock.js'
import type { Dialable } from '../calls/index.js'
import type { AdminGuard } from '../server/index.js'
import type { Store } from '../store/index.js'
import type { LiveFeed } from './live-feed.js'
import type { Streams } from './streams.js'

/** What the console reads. */
export type ConsoleStore = Pick<
  Store,
  | 'listCalls'
  | 'getCall'
  | 'getSessions'
  | 'getTimelinePage'
  | 'getMetrics'
  | 'callLog'
  | 'webhooks'
  | 'turns'
  | 'flowRuns'
>

/** What the console's routes work with. */
export interface ConsoleParts {
  readonly app: FastifyInstance
  readonly guard: AdminGuard
  readonly store: ConsoleStore
  readonly feed: LiveFeed
  readonly streams: Streams
  readonly clock: Clock
  /** What is answered here, for who dials by hand. */
  readonly dialable: () => readonly Dialable[]
  readonly version: string
}
