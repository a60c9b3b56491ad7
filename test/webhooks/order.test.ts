import { describe, expect, it } from 'vitest'
import { answer, Bench, receiver, webhook } from './support.js'

describe('webhooks of one call', () => {
  it('go one after the other, however long each takes', async () => {
    const bench = await new Bench().start()
    bench.replyMs = 500
    for (const id of ['a', 'b', 'c']) bench.outbox.send(webhook(id))
    await bench.run(2_000, 100)
    expect(bench.arrivals.map(({ id, at }) => [id, at])).toEqual([
      ['a', 0],
      ['b', 500],
      ['c', 1_000],
    ])
    expect(bench.mostOpen).toBe(1)
  })

  it('wait while the first of them waits for its next attempt', async () => {
    const bench = await new Bench().start()
    bench.reply = ({ id }) => (id === 'a' && bench.times('a').length < 3 ? answer(503) : answer(200))
    for (const id of ['a', 'b', 'c']) bench.outbox.send(webhook(id))
    await bench.run(10_000, 500)
    expect(bench.ids()).toEqual(['a', 'a', 'a', 'b', 'c'])
    expect(bench.times('b')).toEqual([5_000])
  })

  it('wait no longer than the bound: then the first steps aside and is still retried', async () => {
    const bench = await new Bench().start({ holdMs: 10_000 })
    bench.reply = ({ id }) => (id === 'a' ? answer(503) : answer(200))
    bench.outbox.send(webhook('a', { policy: { timeoutMs: 2_000, retriesMs: [60_000, 60_000] } }))
    for (const id of ['b', 'c']) bench.outbox.send(webhook(id))
    await bench.run(200_000, 1_000)
    expect(bench.times('b')).toEqual([10_000])
    expect(bench.times('c')).toEqual([10_000])
    expect(bench.times('a')).toEqual([0, 60_000, 120_000])
    expect(bench.outbox.pending).toBe(0)
  })
})

describe('webhooks of different calls', () => {
  it('do not wait for each other, nor for a receiver that never answers', async () => {
    const bench = await new Bench().start({ requests: 4 })
    bench.reply = ({ request }) => (request.url.startsWith(receiver) ? 'never' : answer(200))
    for (let n = 0; n < 20; n++) bench.outbox.send(webhook(`dead-${n}`, { queue: `dead-${n}` }))
    const targets = [{ url: 'http://fine.example/', method: 'POST' as const }]
    for (let n = 0; n < 20; n++) bench.outbox.send(webhook(`fine-${n}`, { queue: `fine-${n}`, targets }))
    await bench.run(100)
    expect(bench.ids().filter((id) => id.startsWith('fine'))).toHaveLength(20)
    expect(bench.ids().filter((id) => id.startsWith('dead'))).toHaveLength(4)
    await bench.run(60_000, 1_000)
    // Twenty with three attempts each, four at a time, two seconds for each.
    expect(bench.arrivals.filter(({ id }) => id.startsWith('dead'))).toHaveLength(60)
    expect(bench.outbox.pending).toBe(0)
  })
})

describe('memory', () => {
  it('holds a bounded number for each receiver; the others are read back in order', async () => {
    const bench = await new Bench().start({ requests: 2, inMemory: 10 })
    bench.replyMs = 100
    const sent: string[] = []
    for (let n = 0; n < 100; n++) {
      const id = `${n}`
      sent.push(id)
      bench.outbox.send(webhook(id, { queue: `call-${n % 4}` }))
    }
    expect(bench.outbox.pending).toBe(10)
    let most = 0
    for (let step = 0; step < 120; step++) {
      await bench.run(100, 50)
      most = Math.max(most, bench.outbox.pending)
      if (step === 20) {
        sent.push('late')
        bench.outbox.send(webhook('late', { queue: 'call-0' }))
      }
    }
    expect(most).toBeLessThanOrEqual(10)
    for (let call = 0; call < 4; call++) {
      const queue = (id: string): boolean => (id === 'late' ? 0 : Number(id) % 4) === call
      expect(bench.ids().filter(queue)).toEqual(sent.filter(queue))
    }
    expect(bench.outbox.pending).toBe(0)
  })

  it('reads back later what could not be read', async () => {
    const bench = new Bench()
    const pending = bench.records.pending.bind(bench.records)
    let failures = 1
    bench.records.pending = (filter) => (failures-- > 0 ? Promise.reject(new Error('disk')) : pending(filter))
    await bench.start({ inMemory: 2 })
    for (const id of ['a', 'b', 'c', 'd']) bench.outbox.send(webhook(id))
    await bench.run(1_000, 100)
    expect(bench.ids()).toEqual(['a', 'b', 'c', 'd'].slice(0, bench.ids().length))
    await bench.run(10_000, 100)
    expect(bench.ids()).toEqual(['a', 'b', 'c', 'd'])
  })
})
