import { audioRoutes } from './audio/audio-routes.js'
import { callRoutes } from './call-routes.js'
import { downloadRoutes } from './download-routes.js'
import { FlowNews } from './flows/flow-news.js'
import { flowRoutes } from './flows/flow-routes.js'
import type { ShownFlows } from './flows/shown-flows.js'
import { latencyRoutes } from './latency-routes.js'
import { listRoutes } from './list-routes.js'
import { LiveFeed } from './live-feed.js'
import type { BuiltConsole } from './pages/page-files.js'
import { pageRoutes } from './pages/page-routes.js'
import type { ConsoleParts, ConsoleStore } from './parts.js'
import { Streams } from './streams.js'
import { type TalkParts, talkRoutes } from './talk/talk-routes.js'
import { CallWatcher, type WatcherOptions } from './watcher.js'

export interface ConsoleOptions extends Omit<ConsoleParts, 'feed' | 'streams'> {
  readonly store: ConsoleStore & WatcherOptions['store']
  readonly newId: () => string
  readonly talk: TalkParts
  /** Undefined where the pages were not built: their API is there all the same. */
  readonly built: BuiltConsole | undefined
}

/** The console's server side: what the pages ask for, and the news they are told. */
export class Console {
  /** To be told of every call, beside the records. */
  readonly watcher: CallWatcher
  private readonly parts: ConsoleParts

  /** Puts the routes on the server, before it listens. */
  constructor(options: ConsoleOptions) {
    const { app, guard, clock, store, newId, built } = options
    const feed = new LiveFeed(newId())
    this.watcher = new CallWatcher({ store, feed, newId })
    const parts = { ...options, feed, streams: new Streams(app) }
    this.parts = parts
    listRoutes(parts)
    callRoutes(parts)
    audioRoutes(parts)
    downloadRoutes(parts)
    latencyRoutes(parts)
    talkRoutes(parts, options.talk)
    app.get('/api/node', { preHandler: guard }, async () => ({
      version: options.version,
      dialable: options.dialable(),
      now: clock.now(),
    }))
    if (built) pageRoutes(app, built)
  }

  /** Shows the flows of Studio, too; before they run and the server listens. */
  showFlows(flows: ShownFlows): void {
    flows.watch(new FlowNews(this.parts.feed, flows))
    flowRoutes(this.parts, flows)
  }
}
