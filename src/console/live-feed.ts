/** What is told of calls and flows as it happens, by topic. */
export type FeedTopic = 'call' | 'session' | 'event' | 'sip' | 'quality' | 'webhook' | 'execution' | 'step'

/** One piece of news. */
export interface FeedItem {
  /** Rises by one from item to item. */
  readonly id: number
  /** SID of the call, or of the flow. */
  readonly about: string
  readonly topic: FeedTopic
  /** Plain JSON. */
  readonly data: unknown
}

export interface FeedFilter {
  /** SID of a call or a flow; all where absent. */
  readonly about?: string | undefined
  /** All topics where absent. */
  readonly topics?: readonly FeedTopic[] | undefined
}

/**
 * News of all calls and flows, for whoever looks at them now. The latest items are kept, so that a listener who was away for a moment
 * goes on where it was.
 */
export class LiveFeed {
  private readonly kept: FeedItem[]
  private last = 0
  private readonly listeners = new Map<(item: FeedItem) => void, FeedFilter>()

  /**
   * @param epoch tells this feed from that of another run: cursors of the one mean nothing to the other
   * @param most items kept
   */
  constructor(
    private readonly epoch: string,
    private readonly most = 20_000,
  ) {
    this.kept = new Array(most)
  }

  publish(about: string, topic: FeedTopic, data: unknown): void {
    const item = { id: ++this.last, about, topic, data }
    this.kept[item.id % this.most] = item
    for (const [listener, filter] of this.listeners) if (fits(item, filter)) listener(item)
  }

  /** Where the feed stands. */
  get cursor(): string {
    return this.cursorOf(this.last)
  }

  /** Names an item's place, for who wants to go on after it. */
  cursorOf(id: number): string {
    return `${this.epoch}-${id}`
  }

  /** What came after a cursor; undefined where not all of it is kept, or the cursor is of another run. */
  since(cursor: string, filter: FeedFilter): FeedItem[] | undefined {
    const [, epoch, digits] = /^(.+)-(\d{1,15})$/.exec(cursor) ?? []
    const id = Number(digits)
    if (epoch !== this.epoch || id > this.last || id < this.last - this.most) return undefined
    const items: FeedItem[] = []
    for (let next = id + 1; next <= this.last; next++) {
      const item = this.kept[next % this.most]!
      if (fits(item, filter)) items.push(item)
    }
    return items
  }

  /** @param listener must not throw. @returns what ends the subscription */
  subscribe(filter: FeedFilter, listener: (item: FeedItem) => void): () => void {
    this.listeners.set(listener, filter)
    return () => void this.listeners.delete(listener)
  }
}

function fits(item: FeedItem, { about, topics }: FeedFilter): boolean {
  return (about === undefined || item.about === about) && (!topics || topics.includes(item.topic))
}
