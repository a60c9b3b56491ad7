import { afterEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { AdminSessions, sessionMs } from '../../src/server/admin-sessions.js'
import { createServer, Metrics, type ParleyServer } from '../../src/server/index.js'

let server: ParleyServer | undefined
afterEach(() => server?.close())

function create(adminKey?: string): ParleyServer {
  server = createServer({
    ...{ host: '127.0.0.1', port: 0, version: '1', log: silentLog, adminKey },
    metrics: new Metrics({ processMetrics: false }),
    readiness: () => ({ ready: true, state: 'ready', reason: '' }),
    asyncApi: () => ({}),
    records: {
      listCalls: async () => [],
      getCall: async () => undefined,
      getSessions: async () => [],
      getTimeline: async () => [],
    },
  })
  return server
}

const signIn = (own: ParleyServer, key: string) =>
  own.app.inject({ method: 'POST', url: '/api/session', payload: { key }, remoteAddress: '192.0.2.7' })

const listAs = (own: ParleyServer, headers: Record<string, string>) =>
  own.app.inject({ url: '/v1/calls', remoteAddress: '192.0.2.7', headers })

describe('signing in', () => {
  it('opens the records by a cookie that scripts cannot read and other sites cannot use, until signing out', async () => {
    const own = create('s3cret')
    const reply = await signIn(own, 's3cret')
    expect(reply.statusCode).toBe(204)
    const set = String(reply.headers['set-cookie'])
    expect(set).toMatch(/^parley_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
    const cookie = set.split(';')[0]!
    expect((await listAs(own, { cookie })).statusCode).toBe(200)
    expect((await listAs(own, { cookie: `${cookie}x` })).statusCode).toBe(401)
    const elsewhere = { cookie, origin: 'https://evil.example', host: 'relay.example' }
    expect((await listAs(own, elsewhere)).statusCode).toBe(401)
    const proxied = { cookie, origin: 'https://relay.example', 'x-forwarded-host': 'relay.example' }
    expect((await listAs(own, proxied)).statusCode).toBe(200)
    await own.app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie } })
    expect((await listAs(own, { cookie })).statusCode).toBe(401)
  })

  it('takes no more than a few wrong keys in a minute, from one address', async () => {
    const own = create('s3cret')
    for (let n = 0; n < 5; n++) {
      const reply = await signIn(own, `guess ${n}`)
      expect([reply.statusCode, reply.json().error.code]).toEqual([401, 'admin_key_wrong'])
    }
    const reply = await signIn(own, 's3cret')
    expect([reply.statusCode, reply.json().error.code]).toEqual([429, 'too_many_attempts'])
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(50)
    expect((await own.app.inject({ method: 'POST', url: '/api/session', payload: {} })).statusCode).toBe(400)
  })

  it('is not asked for on this machine where no key is set', async () => {
    const session = async (own: ParleyServer) => (await own.app.inject('/api/session')).json()
    expect(await session(create())).toEqual({ signedIn: true, keyNeeded: false })
    await server?.close()
    expect(await session(create('s3cret'))).toEqual({ signedIn: false, keyNeeded: true })
  })

  it('does not open anything to a page of another site on this machine', async () => {
    const own = create()
    const headers = { origin: 'http://localhost:3000', host: '127.0.0.1:8080' }
    expect((await own.app.inject({ url: '/v1/calls', headers })).statusCode).toBe(401)
    expect((await own.app.inject({ url: '/v1/calls', headers: { host: '127.0.0.1' } })).statusCode).toBe(200)
  })
})

describe('sessions of admins', () => {
  it('end by themselves', () => {
    const clock = new SimulatedClock()
    let n = 0
    const sessions = new AdminSessions({ clock, random: () => String(++n) })
    const secret = sessions.open()
    clock.advance(sessionMs - 1)
    expect(sessions.has(secret)).toBe(true)
    clock.advance(1)
    expect(sessions.has(secret)).toBe(false)
  })

  it('slow down guessing from everywhere, and forget it after a minute', () => {
    const clock = new SimulatedClock()
    const sessions = new AdminSessions({ clock, random: () => '' })
    for (let n = 0; n < 100; n++) sessions.failed(`192.0.2.${n}`)
    expect(sessions.waitMs('198.51.100.1')).toBe(60_000)
    clock.advance(60_000)
    expect(sessions.waitMs('198.51.100.1')).toBe(0)
  })
})
