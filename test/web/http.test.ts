import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ParleyError } from '../../src/base/errors.js'
import { silentLog } from '../../src/base/log.js'
import { answerWithProblems } from '../../src/server/problem.js'
import { CallTokens, WebPhone } from '../../src/web/index.js'
import { WebNode } from '../calls/support/web.js'
import { chromiumOffer } from '../sip/sdp/web-offers.js'

const tokenKey = Buffer.alloc(32, 1)
const admin = { 'x-admin': 'yes' }
let app: FastifyInstance
let node: WebNode
let phone: WebPhone
let tokens: CallTokens

beforeEach(async () => {
  let seed = 0
  node = new WebNode()
  app = Fastify()
  answerWithProblems(app, silentLog)
  phone = new WebPhone({
    clock: node.clock,
    random: (count) => Buffer.alloc(count, ++seed),
    tokenKey,
    iceServers: [
      { url: 'stun:stun.example.com' },
      { url: 'turn:t.example.com', username: 'u', credential: 'c' },
    ],
    moduleFile: '/nonexistent/parley.js',
  })
  tokens = new CallTokens(tokenKey, () => node.clock.now())
  await phone.register(app, node.calls, async ({ headers }) => {
    if (headers['x-admin'] !== 'yes') throw new ParleyError('admin_key_required')
  })
})
afterEach(async () => {
  phone.close()
  await app.close()
})

const offer = (more: InjectOptions = {}): InjectOptions => ({
  method: 'POST',
  url: '/v1/webrtc/calls?to=2000&from=ann&X-Order=7',
  payload: chromiumOffer(),
  ...more,
  headers: { 'content-type': 'application/sdp', ...(more.headers ?? admin) },
})
const code = (body: string) => JSON.parse(body).error.code

/** A request that is sent now, and answered in its own time. */
const opened = (request: InjectOptions | string) => app.inject(request).then((response) => response)
const streams = () => (phone as unknown as { streams: Set<unknown> }).streams.size

/** A call, its leg open. */
async function begin() {
  const response = await app.inject(offer())
  node.openLegs()
  return { response, url: String(response.headers.location), etag: String(response.headers.etag) }
}

describe('a call by WHIP', () => {
  it('is begun by an offer, and answered with where it is and how to get there', async () => {
    const { response, url, etag } = await begin()
    expect(response.statusCode).toBe(201)
    expect(response.body).toContain('a=ice-ufrag:own')
    expect(url).toMatch(/^\/v1\/webrtc\/calls\/[\w-]{24}$/)
    expect(etag).toMatch(/^"[0-9a-f]+"$/)
    expect(response.headers).toMatchObject({
      'content-type': 'application/sdp',
      link: [
        '<stun:stun.example.com>; rel="ice-server"',
        '<turn:t.example.com>; rel="ice-server"; username="u"; credential="c"; credential-type="password"',
      ],
    })
    const [call] = node.taken
    expect(call?.facts.from).toBe('client:ann')
    expect(call?.headers).toEqual([['X-Order', '7']])
    const told = await app.inject(url)
    expect(told.json()).toMatchObject({ state: 'ringing', callSid: call?.identity.callSid, to: '2000' })
    expect((await app.inject({ method: 'DELETE', url })).statusCode).toBe(200)
    expect(call?.ending?.status).toBe('canceled')
  })

  it('takes candidates for the ICE session they name', async () => {
    const { url, etag } = await begin()
    const trickle = (
      headers: Record<string, string>,
      payload = 'a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n',
    ) =>
      app.inject({
        method: 'PATCH',
        url,
        payload,
        headers: { 'content-type': 'application/trickle-ice-sdpfrag', ...headers },
      })
    expect((await trickle({ 'if-match': etag })).statusCode).toBe(204)
    expect((await trickle({ 'if-match': '*' }, 'a=ice-ufrag:Ab3d\r\n')).statusCode).toBe(204)
    expect(node.peers[0]!.candidates).toEqual(['1 1 udp 1 127.0.0.1 9 typ host'])
    expect((await trickle({})).statusCode).toBe(428)
    expect((await trickle({ 'if-match': '"x"' })).statusCode).toBe(412)
    const restart = await trickle({ 'if-match': '"*"' }, 'a=ice-ufrag:New1\r\na=ice-pwd:x\r\n')
    expect([restart.statusCode, code(restart.body)]).toEqual([422, 'web_restart_unsupported'])
    expect((await trickle({ 'if-match': etag }, '{}')).statusCode).toBe(400)
  })

  it('goes on with the offer of another connection', async () => {
    const { url, etag } = await begin()
    const response = await app.inject(offer({ method: 'PATCH', url }))
    expect(response.statusCode).toBe(200)
    expect(response.headers.etag).not.toBe(etag)
    expect(response.body).toContain('a=ice-ufrag:own')
    expect(node.peers.map(({ closed }) => closed)).toEqual([true, false])
  })

  it('presses keys and speaks in the place of the caller', async () => {
    const { url } = await begin()
    const post = (what: string, payload: object) =>
      app.inject({ method: 'POST', url: `${url}/${what}`, payload })
    expect((await post('digits', { digits: '1a' })).statusCode).toBe(204)
    expect(node.media.last('leg-digit').digit).toBe('A')
    expect((await post('digits', { digits: 'x' })).statusCode).toBe(400)
    const said = await post('say', { text: 'book a table' })
    expect(said.statusCode).toBe(202)
    const { id, item } = node.media.last('speak-as-party')
    expect(item).toMatchObject({ kind: 'speech', text: 'book a table', voice: { language: 'en-US' } })
    expect(said.json()).toEqual({ id })
    expect((await post('say', { text: '' })).statusCode).toBe(400)
    expect((await app.inject({ method: 'DELETE', url: `${url}/say` })).statusCode).toBe(204)
    expect(node.media.last('stop-speaking-as-party')).toBeDefined()
  })

  it('tells by events how it goes', async () => {
    const { url } = await begin()
    const [call] = node.taken
    const events = opened(`${url}/events`)
    await expect.poll(() => streams()).toBe(1)
    call!.answer()
    node.peers[0]!.become('connected')
    const { id } = (await app.inject({ method: 'POST', url: `${url}/say`, payload: { text: 'hi' } })).json()
    const leg = call!.identity.callLegId
    node.media.onEvent({ type: 'announced', leg, id, end: 'completed', detail: '' })
    await node.settle()
    call!.hangup('done')
    node.closeLegs()
    const { body, headers } = await events
    expect(headers['content-type']).toMatch(/^text\/event-stream/)
    expect([...body.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual([
      'state',
      'state',
      'said',
      'state',
    ])
    expect([...body.matchAll(/"state":"(\w+)"/g)].map(([, state]) => state)).toEqual([
      'ringing',
      'answered',
      'ended',
    ])
    expect(body).toContain('"ending":{"status":"completed","by":"relay","cause":"normal","reason":"done"}')
    expect((await app.inject(url)).statusCode).toBe(200)
    node.clock.advance(60_000)
    expect((await app.inject(url)).statusCode).toBe(404)
  })

  it.each([
    [offer({ url: '/v1/webrtc/calls?to=9' }), 404, 'web_route_missing'],
    [offer({ url: '/v1/webrtc/calls' }), 400, 'http_bad_request'],
    [offer({ url: '/v1/webrtc/calls?to=2000&from=a%20b' }), 400, 'http_bad_request'],
    [offer({ payload: 'v=1' }), 400, 'web_offer_invalid'],
    [offer({ payload: chromiumOffer({ 'a=rtcp-mux': '' }) }), 422, 'web_offer_unacceptable'],
    [
      offer({ headers: { ...admin, 'content-type': 'application/json' }, payload: '{}' }),
      415,
      'web_media_type',
    ],
    [{ method: 'DELETE', url: '/v1/webrtc/calls/guess' }, 404, 'web_call_not_found'],
  ] as const)('says what is wrong: %#', async (request, status, expected) => {
    const { statusCode, body } = await app.inject(request as InjectOptions)
    expect([statusCode, code(body)]).toEqual([status, expected])
  })

  it('tells when to come again where there is no room', async () => {
    for (let n = 0; n < 9; n++) await begin()
    const { statusCode, headers } = await app.inject(offer())
    expect([statusCode, headers['retry-after']]).toEqual([503, '10'])
  })
})

describe('who may call', () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  it('is who has a token for it', async () => {
    const { token } = tokens.make({ to: '2000', client: 'ann' }, 60)
    const call = (url: string) => app.inject(offer({ url, headers: bearer(token) }))
    expect((await call('/v1/webrtc/calls')).statusCode).toBe(201)
    expect(node.media.commands.length).toBeGreaterThan(0)
    expect((await call('/v1/webrtc/calls?to=2000&from=ann')).statusCode).toBe(201)
    for (const url of ['/v1/webrtc/calls?to=1000', '/v1/webrtc/calls?to=2000&from=bob']) {
      const { statusCode, body } = await call(url)
      expect([statusCode, code(body)]).toEqual([403, 'web_token_forbidden'])
    }
    node.clock.advance(60_000)
    expect(code((await call('/v1/webrtc/calls')).body)).toBe('web_token_invalid')
  })

  it('is nobody else, nor a page elsewhere that only loads something', async () => {
    const strangers = [{ 'x-none': '' }, bearer('some-key'), { ...admin, 'sec-fetch-site': 'cross-site' }]
    for (const headers of strangers) {
      const { statusCode, body } = await app.inject(offer({ headers }))
      expect([statusCode, code(body)]).toEqual([401, 'web_token_required'])
    }
    const { token } = tokens.make({ client: 'ann' }, 60)
    expect((await app.inject(offer({ headers: bearer(token) }))).statusCode).toBe(403)
  })

  it('gets tokens from who may see all calls', async () => {
    const mint = (payload: object, headers: Record<string, string> = admin) =>
      app.inject({ method: 'POST', url: '/v1/webrtc/tokens', payload, headers })
    const made = await mint({ to: '2000', client: 'ann', expiresIn: 60 })
    expect(made.statusCode).toBe(201)
    expect(tokens.read(made.json().token)).toEqual({ to: '2000', client: 'ann' })
    expect(made.json().expiresAt).toBe(new Date(node.clock.now() + 60_000).toISOString())
    expect((await mint({})).statusCode).toBe(400)
    expect((await mint({ to: '*', expiresIn: 100_000 })).statusCode).toBe(400)
    expect((await mint({ to: '*' }, {})).statusCode).toBe(401)
  })

  it('may come from any site', async () => {
    const { headers, statusCode } = await app.inject({
      method: 'OPTIONS',
      url: '/v1/webrtc/calls',
      headers: { origin: 'https://shop.example.com', 'access-control-request-private-network': 'true' },
    })
    expect(statusCode).toBe(204)
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'authorization, content-type, if-match',
      'access-control-allow-private-network': 'true',
    })
    const refused = await app.inject(offer({ headers: { origin: 'https://shop.example.com' } }))
    expect(refused.headers['access-control-allow-origin']).toBe('*')
    expect((await app.inject({ url: '/v1/webrtc', headers: admin })).json().iceServers).toHaveLength(2)
  })
})

describe('a client', () => {
  it('is registered while its events are open, and takes a call that rings', async () => {
    const events = opened({ url: '/v1/webrtc/clients/alice', headers: admin })
    await expect.poll(() => phone.clients.has('alice')).toBe(true)
    const list = await app.inject({ url: '/v1/webrtc/clients', headers: admin })
    expect(list.json()).toEqual({ clients: [{ name: 'alice', browsers: 1 }] })
    const call = node.calls.dial({ to: 'alice', from: '+15550001111', route: 'test' })
    await node.clock.run(1, 1)
    const [invitation] = node.ringing
    const stop = phone.clients.ring('alice', {
      ...invitation!,
      refused: (reason) => invitation!.refused(reason),
    })
    const id = [...(phone.clients as unknown as { rings: Map<string, unknown> }).rings.keys()][0]!
    const accepted = await app.inject(offer({ url: `/v1/webrtc/incoming/${id}` }))
    expect(accepted.statusCode).toBe(201)
    expect(accepted.headers.location).toMatch(/^\/v1\/webrtc\/calls\//)
    stop!('answered-elsewhere')
    expect((await app.inject({ method: 'DELETE', url: '/v1/webrtc/incoming/guess' })).statusCode).toBe(404)
    phone.close()
    const { body } = await events
    expect(body).toContain('event: registered\ndata: {"name":"alice"}')
    expect(body).toContain(`"callSid":"${call.identity.callSid}","from":"+15550001111","to":"alice"`)
    expect(body).toContain(`"url":"/v1/webrtc/incoming/${id}"`)
    expect(phone.clients.has('alice')).toBe(false)
  })

  it('needs a token for its name', async () => {
    const { token } = tokens.make({ client: 'bob' }, 60)
    const headers = { authorization: `Bearer ${token}` }
    const refused = await app.inject({ url: '/v1/webrtc/clients/alice', headers })
    expect([refused.statusCode, code(refused.body)]).toEqual([403, 'web_token_forbidden'])
    expect((await app.inject({ url: '/v1/webrtc/clients', headers })).statusCode).toBe(401)
  })
})
