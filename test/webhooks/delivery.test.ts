import { describe, expect, it } from 'vitest'
import { verdictOf } from '../../src/webhooks/verdict.js'
import { answer, Bench, receiver, webhook } from './support.js'

const failover = 'http://other.example'
const twoTargets = [
  { url: `${receiver}/hooks`, method: 'POST' as const },
  { url: `${failover}/hooks`, method: 'POST' as const },
]

describe('a webhook', () => {
  it('is taken by any 2xx, and not sent again', async () => {
    const bench = await new Bench().start()
    bench.reply = () => answer(204)
    bench.outbox.send(webhook('a'))
    await bench.run(60_000, 1_000)
    expect(bench.ids()).toEqual(['a'])
    expect(bench.records.rows.get('a')).toMatchObject({ status: 'delivered', attempts: 1, finishedAt: 0 })
    expect(bench.outbox.pending).toBe(0)
  })

  it.each([
    ['503', answer(503)],
    ['429', answer(429)],
    ['408', answer(408)],
    ['a lost connection', new Error('ECONNRESET')],
  ])('is retried by its policy after %s, rendered anew, then given up', async (_, reply) => {
    const bench = await new Bench().start()
    bench.reply = () => reply
    bench.outbox.send(webhook('a'))
    await bench.run(60_000, 500)
    expect(bench.times('a')).toEqual([0, 1_000, 5_000])
    expect(bench.arrivals.map(({ request }) => request.headers)).toEqual([
      { 'x-attempt': '1', 'x-time': '0' },
      { 'x-attempt': '2', 'x-time': '1000' },
      { 'x-attempt': '3', 'x-time': '5000' },
    ])
    expect(bench.records.rows.get('a')).toMatchObject({ status: 'failed', attempts: 3, finishedAt: 5_000 })
  })

  it('is retried when nothing came in time; the request is aborted', async () => {
    const bench = await new Bench().start()
    bench.reply = () => 'never'
    bench.outbox.send(webhook('a'))
    await bench.run(1_900, 100)
    expect(bench.arrivals[0]!.signal.aborted).toBe(false)
    await bench.run(2_000, 100)
    expect(bench.arrivals[0]!.signal.aborted).toBe(true)
    expect(bench.times('a')).toEqual([0, 3_000])
    expect(bench.records.tried[0]).toMatchObject({
      startedAt: 0,
      finishedAt: 2_000,
      response: null,
      error: { kind: 'timeout', detail: 'No answer within 2000 ms' },
    })
  })

  it.each([400, 401, 404, 410, 304])('is not retried after %i unless its policy says so', async (status) => {
    const bench = await new Bench().start()
    bench.reply = () => answer(status, {}, 'no')
    bench.outbox.send(webhook('a'))
    const policy = { timeoutMs: 2_000, retriesMs: [1_000], retryRefused: true }
    bench.outbox.send(webhook('b', { queue: 'call-2', policy }))
    await bench.run(60_000, 1_000)
    expect(bench.times('a')).toEqual([0])
    expect(bench.times('b')).toEqual([0, 1_000])
    expect(bench.records.tried[0]).toMatchObject({
      id: 'a',
      status: 'failed',
      response: { status, body: 'no' },
      error: { kind: 'refused', detail: `Status ${status}` },
    })
  })

  it('waits as long as Retry-After asks, in seconds or as a date, up to ten minutes', async () => {
    const bench = await new Bench().start()
    const asks = ['7', new Date(27_000).toUTCString(), '86400', 'soon']
    bench.reply = ({ id }) => answer(503, { 'Retry-After': asks[bench.times(id).length - 1] ?? '0' })
    bench.outbox.send(webhook('a', { policy: { timeoutMs: 2_000, retriesMs: [1_000, 0, 1_000, 1_000] } }))
    await bench.run(700_000, 1_000)
    expect(bench.times('a')).toEqual([0, 7_000, 27_000, 627_000, 628_000])
  })

  it('goes to the failover URL in the same attempt, and to the first again in the next', async () => {
    const bench = await new Bench().start()
    const up = new Set<string>()
    bench.reply = ({ request }) => (up.has(request.url) ? answer(200) : answer(404))
    bench.outbox.send(webhook('a', { targets: twoTargets }))
    await bench.run(1_000)
    expect(bench.arrivals.map(({ request }) => request.url)).toEqual(twoTargets.map(({ url }) => url))
    expect(bench.records.rows.get('a')?.status).toBe('failed')

    bench.reply = ({ request }) => (request.url === twoTargets[1]!.url ? answer(500) : answer(404))
    bench.outbox.send(webhook('b', { targets: twoTargets }))
    await bench.run(500)
    up.add(twoTargets[0]!.url)
    bench.reply = ({ request }) => (up.has(request.url) ? answer(200) : answer(500))
    await bench.run(2_000)
    expect(bench.records.tried.filter(({ id }) => id === 'b')).toMatchObject([
      { attempt: 1, request: { url: twoTargets[0]!.url }, response: { status: 404 } },
      { attempt: 1, request: { url: twoTargets[1]!.url }, response: { status: 500 } },
      { attempt: 2, request: { url: twoTargets[0]!.url }, response: { status: 200 }, status: 'delivered' },
    ])
  })

  it('follows three redirects, as POST but after 303, and refuses a fourth', async () => {
    const bench = await new Bench().start()
    const hops: Record<string, [number, string]> = {
      '/hooks': [301, '/one'],
      '/one': [307, `${failover}/two`],
      '/two': [303, '/three'],
    }
    bench.reply = ({ request }) => {
      const hop = hops[new URL(request.url).pathname]
      return hop ? answer(hop[0], { Location: hop[1] }) : answer(200)
    }
    bench.outbox.send(webhook('a'))
    await bench.run(100)
    expect(bench.arrivals.map(({ request }) => `${request.method} ${request.url}`)).toEqual([
      `POST ${receiver}/hooks`,
      `POST ${receiver}/one`,
      `POST ${failover}/two`,
      `GET ${failover}/three`,
    ])
    expect(bench.records.tried).toMatchObject([
      {
        status: 'delivered',
        request: { url: `${failover}/three` },
        redirects: [`${receiver}/hooks`, `${receiver}/one`, `${failover}/two`],
      },
    ])

    hops['/three'] = [302, '/four']
    bench.outbox.send(webhook('b'))
    await bench.run(10_000, 100)
    expect(bench.records.rows.get('b')?.status).toBe('failed')
    expect(bench.arrivals).toHaveLength(8)
  })

  it.each([
    ['without a Location', answer(302)],
    ['to what is no URL', answer(302, { location: 'http://' })],
    ['to what is not HTTP', answer(302, { location: 'file:///etc/passwd' })],
  ])('is refused by a redirect %s', async (_, reply) => {
    const bench = await new Bench().start()
    bench.reply = () => reply
    bench.outbox.send(webhook('a'))
    await bench.run(10_000, 1_000)
    expect(bench.arrivals).toHaveLength(1)
    expect(bench.records.rows.get('a')?.status).toBe('failed')
  })

  it('is given up at once when it cannot be sent at all, and does not hold up the next', async () => {
    const bench = await new Bench().start()
    bench.outbox.send(webhook('no-url', { targets: [{ url: 'nonsense', method: 'POST' }] }))
    bench.outbox.send(webhook('no-http', { targets: [{ url: 'ftp://app.example/', method: 'POST' }] }))
    bench.outbox.send(webhook('no-target', { targets: [] }))
    bench.outbox.send(webhook('no-format', { format: 'unknown' }))
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    bench.outbox.send(webhook('not-json', { payload: circular }))
    bench.outbox.send(webhook('good'))
    await bench.run(100)
    expect(bench.ids()).toEqual(['good'])
    expect([...bench.records.rows.values()].map(({ status }) => status)).toEqual([
      ...Array(5).fill('failed'),
      'delivered',
    ])
    expect(bench.records.tried.map(({ error }) => error?.kind)).toEqual([
      ...Array(4).fill('invalid'),
      undefined,
    ])
  })

  it('tells the observer what became of it, and when', async () => {
    const told: unknown[] = []
    const observer = {
      delivered: (...[{ id }, ms, attempts]: [{ id: string }, number, number]) =>
        told.push(['delivered', id, ms, attempts]),
      retried: (...[{ id }, attempt]: [{ id: string }, number]) => told.push(['retried', id, attempt]),
      failed: (...[{ id }, attempts]: [{ id: string }, number]) => told.push(['failed', id, attempts]),
    }
    const bench = await new Bench().start({}, { observer })
    bench.reply = ({ id }) => (id === 'a' && bench.times('a').length === 2 ? answer(200) : answer(500))
    bench.outbox.send(webhook('a'))
    bench.outbox.send(webhook('b', { queue: 'call-2' }))
    await bench.run(10_000, 500)
    expect(told).toEqual([
      ['retried', 'a', 1],
      ['retried', 'b', 1],
      ['delivered', 'a', 1_000, 2],
      ['retried', 'b', 2],
      ['failed', 'b', 3],
    ])
  })
})

it('every status has its verdict', () => {
  const verdicts = [200, 299, 300, 301, 302, 304, 307, 400, 408, 409, 429, 500, 599].map(verdictOf)
  expect(verdicts).toEqual([
    'taken',
    'taken',
    'refused',
    'redirected',
    'redirected',
    'refused',
    'redirected',
    'refused',
    'retry',
    'refused',
    'retry',
    'retry',
    'retry',
  ])
})
