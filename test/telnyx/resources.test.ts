import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealingKey } from '../../src/telnyx/keys/index.js'
import { application, codes, connectionId, FakeRecords, number, Rig } from './support/rig.js'

let rig: Rig
let records: FakeRecords
beforeEach(async () => {
  records = new FakeRecords()
  rig = await Rig.start({ records })
})
afterEach(() => rig.close())

/** The same node, started again. */
async function restarted(): Promise<Rig> {
  await rig.close()
  rig = await Rig.start({ records })
  return rig
}

describe('applications', () => {
  const url = '/call_control_applications'
  const given = { application_name: 'Call router', webhook_event_url: 'http://h/hook' }

  it('are made, changed and deleted, and survive a restart', async () => {
    const made = await rig.request('POST', url, {
      ...given,
      webhook_event_failover_url: 'http://h/2',
      tags: ['a'],
    })
    expect(made.status).toBe(201)
    const { id } = made.body.data
    expect(id).toMatch(/^\d{19}$/)
    expect(made.body.data).toMatchObject({
      record_type: 'call_control_application',
      active: true,
      dtmf_type: 'RFC 2833',
    })
    rig.calls.clock.advance(1000)
    const changed = await rig.request('PATCH', `${url}/${id}`, {
      ...given,
      application_name: 'Other',
      webhook_event_failover_url: null,
    })
    expect(changed.body.data).toMatchObject({
      application_name: 'Other',
      webhook_event_failover_url: null,
      tags: ['a'],
    })
    expect(changed.body.data.updated_at > changed.body.data.created_at).toBe(true)
    await restarted()
    expect((await rig.request('GET', `${url}/${id}`)).body.data).toEqual(changed.body.data)
    expect((await rig.request('DELETE', `${url}/${id}`)).body.data.id).toBe(id)
    await restarted()
    expect((await rig.request('GET', `${url}/${id}`)).status).toBe(404)
  })

  it('are listed in pages, and by name', async () => {
    for (const name of ['one', 'two', 'three'])
      await rig.request('POST', url, { ...given, application_name: name })
    const page = await rig.request('GET', `${url}?page[number]=2&page[size]=2`)
    expect(page.body.data.map((entry: { application_name: string }) => entry.application_name)).toEqual([
      'one',
      'test',
    ])
    expect(page.body.meta).toEqual({ page_number: 2, page_size: 2, total_pages: 2, total_results: 4 })
    const named = await rig.request('GET', `${url}?filter[application_name][contains]=THR`)
    expect(named.body.data).toHaveLength(1)
    const inOrder = async (sort: string) =>
      (await rig.request('GET', `${url}?sort=${sort}`)).body.data.map(
        (entry: { application_name: string }) => entry.application_name,
      )
    expect(await inOrder('connection_name')).toEqual(['one', 'test', 'three', 'two'])
    expect(await inOrder('-connection_name')).toEqual(['two', 'three', 'test', 'one'])
    const unsorted = await rig.request('GET', `${url}?sort=colour`)
    expect(unsorted.body.errors[0]).toMatchObject({ code: '10032', source: { parameter: 'sort' } })
    const unknown = await rig.request('GET', `${url}?filter[colour]=red`)
    expect(unknown).toMatchObject({
      status: 400,
      body: { errors: [{ code: '10031', source: { parameter: 'filter[colour]' } }] },
    })
    // A filter of the SDK's that nothing here could fail.
    expect((await rig.request('GET', `${url}?filter[product]=call_control`)).body.data).toHaveLength(4)
    const wrong = await rig.request('GET', `${url}?page[size]=0`)
    expect(wrong.body.errors[0]).toMatchObject({ code: '10033', source: { parameter: 'page[size]' } })
  })

  it('have no more calls at a time than their channels', async () => {
    const channels = { inbound: { channel_limit: 1 }, outbound: { channel_limit: 1 } }
    const { id } = (await rig.request('POST', url, { ...given, ...channels })).body.data
    const phone_numbers = [{ phone_number: '+15551110001' }]
    await rig.request('POST', '/number_orders', { phone_numbers, connection_id: id })
    const first = rig.incoming({ to: '+15551110001' })
    expect(rig.incoming({ to: '+15551110001' }).told).toEqual([
      'reject 486 the channel_limit of the application',
    ])
    first.hangUp()
    expect(rig.incoming({ to: '+15551110001' }).told).toEqual(['ring'])
    const dial = () =>
      rig.request('POST', '/calls', { connection_id: id, to: '+15550002222', from: '+15551110001' })
    expect((await dial()).status).toBe(200)
    expect(codes(await dial())).toEqual(['90043'])
    rig.calls.last.hangUp()
    expect((await dial()).status).toBe(200)
  })

  it('of the configuration are changed there alone', async () => {
    expect(codes(await rig.request('PATCH', `${url}/${connectionId}`, given))).toEqual(['10027'])
    expect(codes(await rig.request('DELETE', `${url}/${connectionId}`))).toEqual(['10027'])
  })

  it('take calls no longer when they are not active', async () => {
    const { id } = (await rig.request('POST', url, given)).body.data
    await rig.request('POST', '/number_orders', {
      phone_numbers: [{ phone_number: '+15551110000' }],
      connection_id: id,
    })
    const incoming = () => rig.calls.incoming(rig.telnyx.routing, { to: '+15551110000' }).handling
    expect(incoming()).toBeDefined()
    await rig.request('PATCH', `${url}/${id}`, { active: false })
    expect(incoming()).toBeUndefined()
  })
})

describe('numbers', () => {
  it('are ordered, given to applications and given up, and survive a restart', async () => {
    const order = await rig.request('POST', '/number_orders', {
      phone_numbers: [{ phone_number: '+15551230000' }],
      customer_reference: 'mine',
    })
    expect(order.body.data).toMatchObject({
      status: 'success',
      phone_numbers_count: 1,
      customer_reference: 'mine',
    })
    const { id } = order.body.data.phone_numbers[0]
    expect(rig.calls.incoming(rig.telnyx.routing, { to: '+15551230000' }).handling).toBeUndefined()
    const given = await rig.request('PATCH', `/phone_numbers/${id}`, {
      connection_id: connectionId,
      tags: ['x'],
    })
    expect(given.body.data).toMatchObject({
      connection_id: connectionId,
      connection_name: 'test',
      tags: ['x'],
    })
    await restarted()
    rig.incoming({ to: '+15551230000' })
    expect(rig.payload('call.initiated')).toMatchObject({ tags: ['x'] })
    await rig.request('DELETE', `/phone_numbers/${id}`)
    expect(rig.calls.incoming(rig.telnyx.routing, { to: '+15551230000' }).handling).toBeUndefined()
  })

  it('are listed, by number and by application', async () => {
    const list = await rig.request('GET', `/phone_numbers?filter[connection_id]=${connectionId}`)
    expect(list.body.data).toMatchObject([{ phone_number: number, status: 'active' }])
    expect((await rig.request('GET', '/phone_numbers?filter[phone_number]=999')).body.data).toEqual([])
    const found = async (filter: string) =>
      (await rig.request('GET', `/phone_numbers?filter${filter}`)).body.data.length
    expect(await found('[voice.connection_name][starts_with]=TE')).toBe(1)
    expect(await found('[voice.connection_name][eq]=te')).toBe(0)
    expect(await found('[without_tags]=true')).toBe(1)
    expect(await found('[tag]=x')).toBe(0)
    expect(await found('[country_iso_alpha2]=US')).toBe(1)
    expect(
      (await rig.request('GET', `/phone_numbers/${encodeURIComponent(number)}`)).body.data.phone_number,
    ).toBe(number)
  })

  it('are refused where they cannot be', async () => {
    const order = (phone_number: string, more: object = {}) =>
      rig.request('POST', '/number_orders', { phone_numbers: [{ phone_number }], ...more })
    expect(codes(await order(number))).toEqual(['10012'])
    expect(codes(await order('+0'))).toEqual(['10015'])
    expect(codes(await order('+15551239999', { connection_id: 'nobody' }))).toEqual(['10027'])
    expect(codes(await rig.request('PATCH', `/phone_numbers/${number.slice(1)}`, { tags: [] }))).toEqual([
      '10027',
    ])
  })

  it('match the longest pattern', async () => {
    const applications = [
      { ...application, id: 'all', numbers: ['*'] },
      { ...application, id: 'some', numbers: ['+1555*'] },
      { ...application, id: 'one', numbers: ['+15550001111', '1000'] },
    ]
    const patterns = await Rig.start({ applications })
    const route = (to: string) => patterns.calls.incoming(patterns.telnyx.routing, { to }).handling?.route
    expect(['+15550001111', '1000', '+15559', '77'].map(route)).toEqual([
      'telnyx:one',
      'telnyx:one',
      'telnyx:some',
      'telnyx:all',
    ])
    await patterns.close()
  })
})

describe('integration secrets', () => {
  const url = '/integration_secrets'

  it('are kept, never shown, and deleted', async () => {
    const made = await rig.request('POST', url, { identifier: 'eleven', type: 'bearer', token: 'hush' })
    expect(made).toMatchObject({ status: 201, body: { data: { identifier: 'eleven' } } })
    await rig.request('POST', url, { identifier: 'other', type: 'basic', username: 'u', password: 'hush' })
    const list = await rig.request('GET', url)
    expect(list.body.data.map(({ identifier }: { identifier: string }) => identifier)).toEqual([
      'other',
      'eleven',
    ])
    expect(
      JSON.stringify([made.body, list.body, await records.resources.list('telnyx.secret')]),
    ).not.toContain('hush')
    expect((await rig.request('GET', `${url}?filter[type]=basic`)).body.data).toHaveLength(1)
    expect(await rig.request('DELETE', `${url}/${made.body.data.id}`)).toMatchObject({
      status: 204,
      body: undefined,
    })
    expect((await rig.request('GET', url)).body.data).toHaveLength(1)
    expect((await rig.request('DELETE', `${url}/${made.body.data.id}`)).status).toBe(404)
  })

  it.each([
    [{ identifier: 'x', type: 'bearer' }, '10004', '/token'],
    [{ identifier: 'x', type: 'basic', username: 'u' }, '10004', '/password'],
    [{ type: 'bearer', token: 't' }, '10004', '/identifier'],
    [{ identifier: 'x', type: 'other' }, '10032', '/type'],
  ])('refuses %j', async (body, code, pointer) => {
    const answer = await rig.request('POST', url, body)
    expect(answer.body.errors[0]).toMatchObject({ code, source: { pointer } })
  })

  it('have identifiers of their own', async () => {
    const body = { identifier: 'same', type: 'bearer', token: 't' }
    await rig.request('POST', url, body)
    expect(codes(await rig.request('POST', url, body))).toEqual(['10012'])
  })
})

describe('a sealing key', () => {
  it('opens what it sealed, and nothing else', () => {
    const [one, other] = [sealingKey(Buffer.alloc(32, 1)), sealingKey(Buffer.alloc(32, 2))]
    const sealed = one.seal('secret')
    expect(sealed).not.toBe(one.seal('secret'))
    expect(one.open(sealed)).toBe('secret')
    expect(other.open(sealed)).toBeUndefined()
    expect(one.open('garbage')).toBeUndefined()
    expect(one.verify('text', one.mark('text'))).toBe(true)
    expect(one.verify('text', other.mark('text'))).toBe(false)
    expect(one.verify('text', '')).toBe(false)
  })
})

describe('webhook deliveries', () => {
  const delivery = {
    id: '00000000-0000-4000-8000-00000000000a',
    queue: 'q',
    format: 'telnyx',
    event: 'call.answered',
    payload: {
      record_type: 'event',
      event_type: 'call.answered',
      id: '00000000-0000-4000-8000-00000000000a',
      occurred_at: '2023-11-14T22:13:20.000000Z',
      payload: {},
    },
    status: 'delivered' as const,
    createdAt: 1_700_000_000_000,
    startedAt: 1_700_000_000_000,
    finishedAt: 1_700_000_001_000,
    attempts: [
      {
        attempt: 2,
        status: 'delivered' as const,
        startedAt: 1_700_000_000_500,
        finishedAt: 1_700_000_001_000,
        request: { method: 'POST', url: 'http://h/2', headers: [['a', 'b'] as const] },
        redirects: [],
        response: { status: 200, headers: [['c', 'd'] as const], body: 'ok' },
        error: null,
      },
      {
        attempt: 1,
        status: 'failed' as const,
        startedAt: 1_700_000_000_000,
        finishedAt: 1_700_000_000_400,
        request: { method: 'POST', url: 'http://h/1', headers: [] },
        redirects: [],
        response: null,
        error: { kind: 'timeout' as const, detail: 'No answer within 2000 ms' },
      },
    ],
  }

  it('are listed with their attempts', async () => {
    records.deliveries = { deliveries: [delivery], total: 21 }
    const { body } = await rig.request('GET', '/webhook_deliveries')
    expect(body.meta).toEqual({ page_number: 1, page_size: 20, total_pages: 2, total_results: 21 })
    expect(body.data[0]).toMatchObject({
      record_type: 'webhook_delivery',
      status: 'delivered',
      webhook: { event_type: 'call.answered' },
      started_at: '2023-11-14T22:13:20.000Z',
      attempts: [
        {
          status: 'delivered',
          http: {
            request: { url: 'http://h/2', headers: [['a', 'b']] },
            response: { status: 200, headers: [['c', 'd']], body: 'ok' },
          },
        },
        { status: 'failed', errors: [75_002] },
      ],
    })
    expect((await rig.request('GET', `/webhook_deliveries/${delivery.id}`)).body.data.id).toBe(delivery.id)
  })

  it('are filtered', async () => {
    await rig.request(
      'GET',
      '/webhook_deliveries?filter[status][eq]=failed&filter[event_type]=call.answered,call.hangup' +
        '&filter[webhook][contains]=abc&filter[attempts][contains]=http&filter[started_at][gte]=2023-11-14T22:13:20Z' +
        '&page[number]=3&page[size]=5',
    )
    expect(records.asked).toEqual([
      {
        format: 'telnyx',
        status: ['failed'],
        events: ['call.answered', 'call.hangup'],
        payloadContains: 'abc',
        attemptContains: 'http',
        startedFrom: 1_700_000_000_000,
        page: 3,
        pageSize: 5,
      },
    ])
    const wrong = await rig.request('GET', '/webhook_deliveries?filter[finished_at][lte]=yesterday')
    expect(wrong).toMatchObject({
      status: 422,
      body: { errors: [{ source: { parameter: 'filter[finished_at][lte]' } }] },
    })
    expect((await rig.request('GET', '/webhook_deliveries?filter[status][eq]=odd')).status).toBe(422)
    expect((await rig.request('GET', '/webhook_deliveries/nothing')).status).toBe(404)
  })
})

describe('the API document', () => {
  it('describes every route, and what is answered fits it', async () => {
    const document = (await rig.app.inject('/v2/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/calls',
        '/calls/{id}',
        '/calls/{id}/actions/conversation_relay_start',
        '/recordings',
      ]),
    )
    const start = document.paths['/calls/{id}/actions/conversation_relay_start'].post
    const body = start.requestBody.content['application/json'].schema
    expect(body.properties.voice_settings.oneOf ?? body.properties.voice_settings.anyOf).toHaveLength(10)
    expect(body.properties.transcription.deprecated).toBe(true)

    const ajv = new Ajv2020({ strict: false, logger: false })
    const fits = (path: string, method: string, answer: unknown) => {
      const { schema } = document.paths[path][method].responses['2XX'].content['application/json']
      const valid = ajv.validate(schema, answer)
      expect(ajv.errors ?? [], path).toEqual([])
      return valid
    }
    const call = rig.answered()
    fits('/calls/{id}', 'get', (await rig.request('GET', `/calls/${call.identity.callControlId}`)).body)
    fits('/call_control_applications', 'get', (await rig.request('GET', '/call_control_applications')).body)
    fits('/phone_numbers', 'get', (await rig.request('GET', '/phone_numbers')).body)
    const order = { phone_numbers: [{ phone_number: '+15550009999' }] }
    fits('/number_orders', 'post', (await rig.request('POST', '/number_orders', order)).body)
    const secret = { identifier: 'i', type: 'bearer', token: 't' }
    fits('/integration_secrets', 'post', (await rig.request('POST', '/integration_secrets', secret)).body)
    records.deliveries = { deliveries: [], total: 0 }
    fits('/webhook_deliveries', 'get', (await rig.request('GET', '/webhook_deliveries')).body)
    fits('/recordings', 'get', (await rig.request('GET', '/recordings')).body)
  })
})
