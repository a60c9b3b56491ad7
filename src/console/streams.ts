import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FeedFilter, FeedItem, LiveFeed } from './live-feed.js'
import { cursorIn, type EventStream, eventStream } from './sse.js'

/** The open streams of events, which end before the server closes: it would wait for them. */
export class Streams {
  private readonly open = new Set<EventStream>()

  constructor(app: FastifyInstance) {
    app.addHook('preClose', async () => {
      for (const stream of this.open) stream.end()
    })
  }

  /** @param closed told once, when the reader is gone or the stream ended */
  start(request: FastifyRequest, reply: FastifyReply, closed: () => void = () => {}): EventStream {
    const stream = eventStream(request, reply, () => {
      this.open.delete(stream)
      closed()
    })
    this.open.add(stream)
    return stream
  }

  /**
   * Streams news from where the reader left off. Where that is not known any more, `reset` tells it to read everything anew
   * and go on from the cursor given.
   */
  follow(
    feed: LiveFeed,
    filter: FeedFilter,
    { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
    closed?: () => void,
  ): EventStream {
    const tell = ({ id, topic, data }: FeedItem): void => stream.send(topic, data, feed.cursorOf(id))
    const leave = (): void => {
      unsubscribe()
      closed?.()
    }
    const cursor = cursorIn(request)
    const missed = cursor === undefined ? [] : feed.since(cursor, filter)
    const unsubscribe = feed.subscribe(filter, tell)
    const stream = this.start(request, reply, leave)
    if (missed) for (const item of missed) tell(item)
    else stream.send('reset', {}, feed.cursor)
    return stream
  }
}
