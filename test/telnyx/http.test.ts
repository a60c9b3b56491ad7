import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { apiKey, codes, FakeRecords, Rig } from './support/rig.js'

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(() => rig.close())

const authorization = `Bearer ${apiKey}`

describe('the key', () => {
  it.each([
    ['none', {}],
    ['another', { authorization: 'Bearer KEY_other' }],
    ['of another kind', { authorization: `Basic ${apiKey}` }],
  ])('%s: 401', async (_, headers) => {
    const response = await rig.app.inject({ method: 'POST', url: '/v2/calls', headers, payload: {} })
    expect(response.statusCode).toBe(401)
    expect(response.json()).toEqual({
      errors: [
        {
          code: '10009',
          title: 'Authentication failed',
          detail: 'The required authentication headers were either invalid or not included in the request.',
          meta: { url: 'https://developers.telnyx.com/docs/overview/errors/10009' },
        },
      ],
    })
  })
})

describe('bodies', () => {
  const send = (
    payload: string | Buffer | undefined,
    type: string | undefined,
    id = rig.answered().identity.callControlId,
  ) =>
    rig.app.inject({
      method: 'POST',
      url: `/v2/calls/${id}/actions/gather_stop`,
      headers: { authorization, ...(type && { 'content-type': type }) },
      ...(payload !== undefined && { payload }),
    })

  it.each([
    ['nothing, and no type', undefined, undefined],
    ['nothing as JSON', '', 'application/json'],
    ['nothing as text', '', 'text/plain'],
    ['an empty object', '{}', 'application/json; charset=utf-8'],
    ['nulls', '{"client_state":null,"command_id":null}', 'application/json'],
    ['what is not known', '{"billing_group_id":"x"}', 'application/json'],
  ])('%s is fine', async (_, payload, type) => {
    expect((await send(payload, type)).statusCode).toBe(200)
  })

  it.each([
    ['bad JSON', '{"a":', 'application/json', 400, '10023'],
    ['bad UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'application/json', 400, '10028'],
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 415, '10029'],
    ['a list', '[]', 'application/json', 422, '10026'],
    ['more than is read', `{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`, 'application/json', 413, '10015'],
  ])('%s', async (_, payload, type, status, code) => {
    const response = await send(payload, type)
    expect(response.statusCode).toBe(status)
    expect(response.json().errors[0].code).toBe(code)
  })

  it('says where the encoding is wrong', async () => {
    const response = await send(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'application/json')
    expect(response.json().errors[0].detail).toBe('Error decoding request body at position 2')
  })
})

describe('names of calls', () => {
  it('may be encoded or not', async () => {
    const { callControlId } = rig.answered().identity
    expect(callControlId).toMatch(/^v3:/)
    for (const id of [callControlId, encodeURIComponent(callControlId)]) {
      expect((await rig.request('POST', `/calls/${id}/actions/gather_stop`)).status).toBe(200)
      expect((await rig.request('GET', `/calls/${id}`)).status).toBe(200)
    }
  })

  it('that are not known: 422 for commands, 404 for everything else', async () => {
    const unknown = await rig.request('POST', '/calls/v3:nobody/actions/answer')
    expect(unknown).toMatchObject({
      status: 422,
      body: { errors: [{ code: '90015', source: { pointer: '/call_control_id' } }] },
    })
    for (const url of ['/calls/v3:nobody', '/nothing', '/calls/x/actions/nothing']) {
      expect(codes(await rig.request('GET', url)), url).toEqual(['10005'])
    }
  })

  it('of a call that is over: 90018, for every action', async () => {
    const call = rig.answered()
    call.hangUp()
    const { paths } = (await rig.app.inject('/v2/openapi.json')).json()
    const actions = Object.keys(paths).filter((path) => path.includes('/actions/'))
    expect(actions.length).toBeGreaterThan(20)
    for (const path of actions) {
      const answer = await rig.command(call, path.split('/').at(-1)!)
      expect(answer, path).toMatchObject({ status: 422, body: { errors: [{ code: '90018' }] } })
    }
  })
})

describe('a URL', () => {
  it('that is good for another method says so, and for which', async () => {
    const answer = await rig.request('GET', '/calls/v3%3Ax/actions/answer')
    expect(answer).toMatchObject({ status: 405, body: { errors: [{ code: '10030' }] } })
    expect(answer.headers['allow']).toBe('POST')
    const update = await rig.request('POST', '/calls/x/actions/client_state_update', {})
    expect(update.headers['allow']).toBe('PUT')
    expect(codes(await rig.request('POST', '/calls/x/actions/dance', {}))).toEqual(['10005'])
  })

  it('of a service that is not here says which', async () => {
    const answer = await rig.request('POST', '/calls/x/actions/ai_assistant_start', {})
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ code: '10027', detail: 'AI assistants are not available here.' }] },
    })
  })
})

describe('too many requests', () => {
  it('get 429, and every answer says what is left', async () => {
    const bounded = await Rig.start({ requestsPerMinute: 2 })
    const first = await bounded.request('GET', '/calls/x')
    expect(first.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1' })
    // A stranger takes nothing from the account.
    await bounded.app.inject('/v2/calls/x')
    await bounded.request('GET', '/calls/x')
    const third = await bounded.request('GET', '/calls/x')
    expect(third.status).toBe(429)
    expect(codes(third)).toEqual(['10011'])
    expect(third.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0' })
    expect(Number(third.headers['x-ratelimit-reset'])).toBeGreaterThan(0)
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0)
    await bounded.close()
  })
})

describe('command_id', () => {
  const speak = { payload: 'Hi', voice: 'Telnyx', command_id: 'once' }

  it('lets a command act once, however often it is sent within a minute', async () => {
    const call = rig.answered()
    const answers = await Promise.all(
      [1, 2, 3].map(() => rig.command(call, 'record_start', { ...recording })),
    )
    expect(new Set(answers.map(({ body }) => body.data.recording_id)).size).toBe(1)
    expect(call.recordings).toHaveLength(1)
    await rig.command(call, 'speak', speak)
    rig.calls.clock.advance(59_000)
    await rig.command(call, 'speak', speak)
    expect(call.announcements).toHaveLength(1)
    rig.calls.clock.advance(2000)
    await rig.command(call, 'speak', speak)
    expect(call.announcements).toHaveLength(2)
  })
  const recording = { format: 'wav', channels: 'dual', command_id: 'rec' }

  it('counts for one call', async () => {
    const [one, other] = [rig.answered(), rig.answered()]
    await rig.command(one, 'speak', speak)
    await rig.command(other, 'speak', speak)
    expect(other.announcements).toHaveLength(1)
  })

  it('is answered as it was after the end of the call', async () => {
    const call = rig.answered()
    const first = await rig.command(call, 'hangup', { command_id: 'bye' })
    expect(await rig.command(call, 'hangup', { command_id: 'bye' })).toMatchObject({
      status: 200,
      body: first.body,
    })
  })

  it('of a command that was refused may be used again', async () => {
    const call = rig.incoming()
    expect((await rig.command(call, 'speak', speak)).status).toBe(422)
    call.pickUp()
    expect((await rig.command(call, 'speak', speak)).status).toBe(200)
  })

  it('of dial makes one call, also across a restart', async () => {
    const records = new FakeRecords()
    const body = {
      connection_id: '2694492062593582591',
      to: '+15550002222',
      from: '+15550003333',
      command_id: 'd',
    }
    const before = await Rig.start({ records })
    const first = await before.request('POST', '/calls', body)
    expect((await before.request('POST', '/calls', body)).body).toEqual(first.body)
    expect(before.calls.dials).toHaveLength(1)
    await before.close()
    const after = await Rig.start({ records })
    expect((await after.request('POST', '/calls', body)).body).toEqual(first.body)
    expect(after.calls.dials).toEqual([])
    await after.close()
  })
})
