import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { ParleyError } from '../../src/base/errors.js'
import { silentLog } from '../../src/base/log.js'
import {
  createServer,
  Metrics,
  type ParleyServer,
  Readiness,
  type ServerOptions,
} from '../../src/server/index.js'
import type { CallRecord } from '../../src/store/index.js'

const call: CallRecord = {
  callSid: `CA${'1'.repeat(32)}`,
  callControlId: 'v3:1',
  callSessionId: 'cs',
  callLegId: 'cl',
  direction: 'inbound',
  from: '+15550100',
  to: '+15550200',
  dialled: '1000',
  callerName: '',
  status: 'completed',
  startedAt: 1,
  ringingAt: null,
  answeredBy: null,
  answeredAt: 2,
  endedAt: 3,
  endBy: 'caller',
  endReason: 'bye',
  endCause: 'normal',
  sipStatus: 200,
  parentCallSid: null,
  sipCallId: 'a@b',
  route: '1000',
  codec: 'G722',
  recordingPath: null,
  problems: null,
  quality: null,
}

const records: ServerOptions['records'] = {
  listCalls: async ({ limit } = {}) => Array.from({ length: limit === 1 ? 1 : 2 }, () => call),
  getCall: async (id) => {
    if (id === 'ambiguous') throw new ParleyError('call_ambiguous')
    if (id === 'broken') throw new Error('a secret of the inside')
    return id === call.callSid ? call : undefined
  },
  getSessions: async (callSid) => [
    {
      sessionId: 'VX1',
      callSid,
      dialect: 'twilio',
      url: 'ws://app',
      startedAt: 1,
      endedAt: 2,
      status: 'ended',
      errorCode: null,
      errorMessage: null,
      handoffData: null,
      settings: {},
    },
  ],
  getTimeline: async (sessionId) => [
    { sessionId, sequenceNumber: 1, at: 1, name: 'dtmf', data: { digit: '1' } },
  ],
}

let server: ParleyServer | undefined

function create(changes: Partial<ServerOptions> = {}): ParleyServer {
  server = createServer({
    host: '127.0.0.1',
    port: 0,
    version: '1.2.3',
    log: silentLog,
    metrics: new Metrics({ processMetrics: false }),
    readiness: () => ({ ready: true, state: 'ready', reason: 'Taking calls.' }),
    asyncApi: () => ({ asyncapi: '3.0.0' }),
    records,
    ...changes,
  })
  return server
}

afterEach(() => server?.close())

describe('health', () => {
  it('is ready only between start and drain, saying why', async () => {
    const readiness = new Readiness()
    const { app } = create({ readiness: () => readiness.report })
    const ask = async () => {
      const reply = await app.inject('/readyz')
      return [reply.statusCode, reply.json().state]
    }
    expect(await ask()).toEqual([503, 'starting'])
    readiness.started()
    expect(await ask()).toEqual([200, 'ready'])
    readiness.draining('SIGTERM received.')
    expect(await ask()).toEqual([503, 'draining'])
    expect((await app.inject('/readyz')).json().reason).toBe('SIGTERM received.')
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'ok' })
  })

  it('serves metrics, event-loop lag among them', async () => {
    const { app } = create({ metrics: new Metrics() })
    const reply = await app.inject('/metrics')
    expect(reply.headers['content-type']).toContain('text/plain')
    expect(reply.body).toContain('parley_calls_active 0')
    expect(reply.body).toContain('nodejs_eventloop_lag_seconds')
  })
})

describe('calls', () => {
  it('lists a page and says where the next begins', async () => {
    const { app } = create()
    expect((await app.inject('/v1/calls')).json()).toEqual({ calls: [call, call], next: null })
    expect((await app.inject('/v1/calls?limit=1')).json()).toEqual({ calls: [call], next: call.callSid })
  })

  it('shows a call with its sessions and timelines', async () => {
    const { app } = create()
    const body = (await app.inject(`/v1/calls/${call.callSid}`)).json()
    expect(body.call).toEqual(call)
    expect(body.sessions).toMatchObject([{ sessionId: 'VX1', timeline: [{ name: 'dtmf' }] }])
  })

  it.each([
    [
      '/v1/calls?limit=0',
      400,
      'http_bad_request',
      'limit is not right; expected a whole number from 1 to 1000',
    ],
    ['/v1/calls?limit=abc', 400, 'http_bad_request', 'limit is not right; expected a whole number from 1'],
    [
      '/v1/calls?status=gone',
      400,
      'http_bad_request',
      'status is not right; expected one of queued, ringing',
    ],
    ['/v1/calls?status=asleep', 400, 'http_bad_request', 'status'],
    ['/v1/calls/CA0', 404, 'call_not_found', 'CA0'],
    ['/v1/calls/ambiguous', 409, 'call_ambiguous', ''],
    ['/nowhere', 404, 'http_not_found', '/nowhere'],
  ])('answers %s with %i %s', async (url, status, code, naming) => {
    const reply = await create().app.inject(url)
    expect(reply.statusCode).toBe(status)
    expect(reply.json().error).toMatchObject({ code, message: expect.stringContaining(naming) })
    expect(reply.json().error.remedy).not.toBe('')
  })

  it('keeps the inside of an unforeseen error inside, and logs it', async () => {
    const logged: unknown[] = []
    const { app } = create({ log: { ...silentLog, error: (fields) => logged.push(fields) } })
    const reply = await app.inject('/v1/calls/broken')
    expect(reply.statusCode).toBe(500)
    expect(reply.json().error.code).toBe('internal_error')
    expect(reply.body).not.toContain('secret')
    expect(logged).toMatchObject([{ url: '/v1/calls/broken' }])
  })

  it('answers a body that is not JSON with 400', async () => {
    const { app } = create()
    app.post('/echo', async (request) => request.body)
    const reply = await app.inject({
      method: 'POST',
      url: '/echo',
      headers: { 'content-type': 'application/json' },
      payload: '{"a":',
    })
    expect(reply.statusCode).toBe(400)
    expect(reply.json().error.code).toBe('http_bad_request')
  })
})

describe('who sees the records', () => {
  const from = (remoteAddress: string, headers: Record<string, string> = {}) => ({
    url: '/v1/calls',
    remoteAddress,
    headers: { host: '127.0.0.1:8080', ...headers },
  })

  it.each([
    ['this machine', from('127.0.0.1'), 200],
    ['this machine over IPv6', from('::1', { host: '[::1]:8080' }), 200],
    ['this machine by name', from('::ffff:127.0.0.1', { host: 'localhost:8080' }), 200],
    ['another machine', from('192.0.2.7'), 401],
    ['a proxy on this machine', from('127.0.0.1', { 'x-forwarded-for': '192.0.2.7' }), 401],
    ['a rebound name', from('127.0.0.1', { host: 'evil.example' }), 401],
  ])('without a key: %s', async (_, request, status) => {
    expect((await create().app.inject(request)).statusCode).toBe(status)
  })

  it.each([
    ['the key', { authorization: 'Bearer s3cret' }, 200],
    ['another key', { authorization: 'Bearer s3cret2' }, 401],
    ['no key', {}, 401],
  ])('with a key, from anywhere: %s', async (_, headers, status) => {
    const { app } = create({ adminKey: 's3cret' })
    expect((await app.inject(from('192.0.2.7', headers as Record<string, string>))).statusCode).toBe(status)
    expect((await app.inject(from('127.0.0.1', headers as Record<string, string>))).statusCode).toBe(status)
  })
})

describe('the landing page', () => {
  it('lists the addresses, those of other rooms too, as text or HTML', async () => {
    const { app } = create()
    app.get('/other', { config: { summary: 'Of another room' } }, async () => ({}))
    const text = await app.inject('/')
    expect(text.headers['content-type']).toContain('text/plain')
    for (const url of ['/healthz', '/readyz', '/metrics', '/asyncapi.json', '/v1/calls', '/other']) {
      expect(text.body).toContain(`GET ${url} `)
    }
    const html = await app.inject({ url: '/', headers: { accept: 'text/html,*/*' } })
    expect(html.headers['content-type']).toContain('text/html')
    expect(html.body).toContain('<a href="/asyncapi.json">')
    expect((await app.inject('/asyncapi.json')).json()).toEqual({ asyncapi: '3.0.0' })
  })
})

describe('listening', () => {
  it('tells the address it got, and names one that is taken', async () => {
    const { port, url } = await create().listen()
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const second = createServer({ ...optionsOf(port) })
    await expect(second.listen()).rejects.toMatchObject({
      code: 'http_listen_failed',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    })
    await second.close()
  })

  it('answers a URL that cannot be read in the words of the API that it is of', async () => {
    const { app } = create({ malformed: (url) => (url.startsWith('/v9/') ? { wrong: true } : undefined) })
    const own = await app.inject('/v1/calls/%zz')
    expect([own.statusCode, own.json().error.code]).toEqual([400, 'http_bad_request'])
    const platform = await app.inject('/v9/calls/%zz')
    expect([platform.statusCode, platform.json()]).toEqual([400, { wrong: true }])
    const long = await app.inject(`/v1/calls/${'x'.repeat(300)}`)
    expect(long.statusCode).toBe(404)
  })

  it('lets a request in progress finish when it closes', async () => {
    const own = create()
    let arrived = () => {}
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve
    })
    let release = () => {}
    own.app.get('/slow', async () => {
      arrived()
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return 'done'
    })
    const { port } = await own.listen()
    const status = new Promise((resolve, reject) => {
      httpRequest({ port, path: '/slow' }, (reply) => resolve(reply.statusCode))
        .on('error', reject)
        .end()
    })
    await arrival
    const closed = own.close()
    release()
    expect(await status).toBe(200)
    await closed
  })
})

function optionsOf(port: number): ServerOptions {
  return {
    host: '127.0.0.1',
    port,
    version: '1.2.3',
    log: silentLog,
    metrics: new Metrics({ processMetrics: false }),
    readiness: () => ({ ready: true, state: 'ready', reason: '' }),
    asyncApi: () => ({}),
    records,
  }
}
