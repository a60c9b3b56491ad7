import { describe, expect, it } from 'vitest'
import { answer, Bench, webhook } from './support.js'

describe('a process that ended', () => {
  it('leaves what it did not deliver to the next one, in order, with the same ids', async () => {
    const first = await new Bench().start()
    first.reply = ({ id }) => (id === 'a' ? answer(200) : 'never')
    for (const id of ['a', 'b', 'c']) first.outbox.send(webhook(id))
    await first.run(100)
    expect(first.ids()).toEqual(['a', 'b'])

    const second = await new Bench(first.records, 1_000).start()
    second.outbox.send(webhook('d'))
    await second.run(100)
    expect(second.ids()).toEqual(['b', 'c', 'd'])
  })

  it('has its attempts counted and its waits kept', async () => {
    const first = await new Bench().start()
    first.reply = () => answer(503)
    first.outbox.send(webhook('a'))
    await first.run(2_000, 500)
    expect(first.times('a')).toEqual([0, 1_000])

    const second = await new Bench(first.records, 3_000).start()
    second.reply = () => answer(503)
    await second.run(60_000, 500)
    expect(second.arrivals.map(({ at, request }) => [at, request.headers['x-attempt']])).toEqual([
      [5_000, '3'],
    ])
    expect(second.records.rows.get('a')).toMatchObject({ status: 'failed', attempts: 3, startedAt: 0 })
  })

  it('leaves nothing to deliver before the next one is told that it is the only one', async () => {
    const first = await new Bench().start()
    first.reply = () => 'never'
    first.outbox.send(webhook('a'))
    const second = new Bench(first.records)
    await second.openOutbox()
    second.outbox.send(webhook('b'))
    const targets = [{ url: 'http://elsewhere.example/', method: 'POST' as const }]
    second.outbox.send(webhook('c', { queue: 'call-2', targets }))
    await second.run(100)
    expect(second.ids()).toEqual(['c'])
    second.outbox.resume()
    await second.run(100)
    expect(second.ids()).toEqual(['c', 'a', 'b'])
  })
})

describe('closing', () => {
  it('lets what is on its way arrive, and its queue go on', async () => {
    const bench = await new Bench().start()
    bench.replyMs = 300
    for (const id of ['a', 'b']) bench.outbox.send(webhook(id))
    let closed = false
    const closing = bench.outbox.close(5_000).then(() => {
      closed = true
    })
    await bench.run(500, 100)
    expect(closed).toBe(false)
    await bench.run(200, 100)
    await closing
    expect(bench.ids()).toEqual(['a', 'b'])
    expect(bench.records.rows.get('b')?.status).toBe('delivered')
  })

  it('waits no longer than told, aborts, and leaves the rest pending', async () => {
    const bench = await new Bench().start({ requests: 1 })
    bench.reply = () => 'never'
    bench.outbox.send(webhook('a'))
    bench.outbox.send(webhook('b', { queue: 'call-2' }))
    const closing = bench.outbox.close(1_000)
    await bench.run(1_000, 100)
    await closing
    await bench.run(60_000, 1_000)
    expect(bench.ids()).toEqual(['a'])
    expect(bench.arrivals[0]!.signal.aborted).toBe(true)
    expect(bench.records.rows.get('a')).toMatchObject({ status: 'pending', attempts: 0 })

    const next = await new Bench(bench.records).start()
    await next.run(100)
    expect(next.ids()).toEqual(['a', 'b'])
  })

  it('does not wait for webhooks whose next attempt is later, and makes none', async () => {
    const bench = await new Bench().start()
    bench.reply = () => answer(503)
    bench.outbox.send(webhook('a'))
    await bench.run(100)
    await bench.outbox.close(5_000)
    await bench.run(60_000, 1_000)
    expect(bench.times('a')).toEqual([0])
    expect(bench.records.rows.get('a')).toMatchObject({ status: 'pending', nextAttemptAt: 1_000 })
  })

  it('keeps what comes afterwards for the next start', async () => {
    const bench = await new Bench().start()
    await bench.outbox.close(0)
    bench.outbox.send(webhook('a'))
    await bench.run(100)
    expect(bench.ids()).toEqual([])
    const next = await new Bench(bench.records).start()
    await next.run(100)
    expect(next.ids()).toEqual(['a'])
  })
})
