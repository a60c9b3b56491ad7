import { describe, expect, it } from 'vitest'
import { type FeedItem, LiveFeed } from '../../src/console/live-feed.js'

const words = (items: FeedItem[] | undefined) => items?.map(({ data }) => data)

describe('the live feed', () => {
  it('tells listeners what fits, and who comes back what was missed', () => {
    const feed = new LiveFeed('run')
    const heard: unknown[] = []
    const leave = feed.subscribe({ about: 'CA1' }, ({ data }) => heard.push(data))
    feed.publish('CA1', 'call', 'one')
    feed.publish('CA2', 'call', 'two')
    const cursor = feed.cursor
    feed.publish('CA1', 'event', 'three')
    leave()
    feed.publish('CA1', 'sip', 'four')
    expect(heard).toEqual(['one', 'three'])
    expect(words(feed.since(cursor, { about: 'CA1' }))).toEqual(['three', 'four'])
    expect(words(feed.since(cursor, { topics: ['sip'] }))).toEqual(['four'])
    expect(feed.since(feed.cursor, {})).toEqual([])
  })

  it('says when it cannot tell what was missed', () => {
    const feed = new LiveFeed('run', 3)
    const old = feed.cursor
    for (let n = 1; n <= 3; n++) feed.publish('CA1', 'call', n)
    expect(words(feed.since(old, {}))).toEqual([1, 2, 3])
    feed.publish('CA1', 'call', 4)
    expect(feed.since(old, {})).toBeUndefined()
    expect(feed.since('other-1', {})).toBeUndefined()
    expect(feed.since('run-99', {})).toBeUndefined()
    expect(feed.since('nonsense', {})).toBeUndefined()
  })
})
