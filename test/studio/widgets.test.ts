import { describe, expect, it } from 'vitest'
import { alone } from './support/alone.js'
import { Bench, settle } from './support/bench.js'
import { flow, match, on, say, state } from './support/flows.js'

describe('say-play', () => {
  it.each([
    [
      'text',
      { say: 'Hello & <goodbye', loop: 2 },
      { kind: 'speech', text: 'Hello & <goodbye', ssml: false, loop: 2 },
    ],
    [
      'markup',
      { say: '<speak>Hello <break time="1s"/></speak>' },
      { text: 'Hello <break time="1s"/>', ssml: true },
    ],
    [
      'a URL',
      { play: 'https://app.example.com/a.wav' },
      { kind: 'media', source: 'https://app.example.com/a.wav' },
    ],
    ['keys', { digits: '1w2' }, { kind: 'digits', digits: '1w2' }],
  ])('plays %s', async (_, properties, item) => {
    const { call, left } = await alone('say-play', properties, ['audioComplete'])
    expect(call.announcements[0]!.item).toMatchObject(item)
    expect(left().event).toBeUndefined()
    call.finishAnnouncement()
    await settle()
    expect(left().event).toBe('audioComplete')
  })
})

describe('gather-input-on-call', () => {
  const events = ['keypress', 'speech', 'timeout']

  it('hears speech, by either generation of names', async () => {
    const properties = { speech_recognition_language: 'de-DE', hints: 'ja, nein', save_response_as: 'answer' }
    const { bench, call, left } = await alone('gather-input-on-call', properties, events)
    expect(call.listenings[0]!.wish).toMatchObject({ language: 'de-DE', hints: ['ja', 'nein'] })
    call.listenings[0]!.hear('ja', { confidence: 0.9 })
    await settle()
    expect(left()).toMatchObject({ event: 'speech', outputs: { SpeechResult: 'ja', Confidence: '0.9' } })
    expect(bench.context['flow']!['variables']).toEqual({ answer: 'ja' })
  })

  it('listens only where something follows speech', async () => {
    const widget = state('w', 'gather-input-on-call', { transitions: [on('keypress', 'w'), on('speech')] })
    const call = await new Bench(flow('w', widget)).call()
    expect(call.listenings).toEqual([])
  })
})

describe('split-based-on', () => {
  it.each([
    ['equal_to', ' YES ', 'yes', true],
    ['equal_to', '1', '01', false],
    ['not_equal_to', 'a', 'b', true],
    ['matches_any_of', 'Sales', 'support, sales', true],
    ['matches_any_of', 'sale', 'support, sales', false],
    ['does_not_match_any_of', 'x', 'a,b', true],
    ['contains', 'Talk to Sales please', 'sales', true],
    ['does_not_contain', 'abc', 'd', true],
    ['starts_with', '+1555', '+1', true],
    ['does_not_start_with', '+1555', '+1', false],
    ['is_blank', ' ', '', true],
    ['is_not_blank', '{{widgets.none.Digits}}', '', false],
    ['regex', 'AB12', '[a-z]+\\d+', true],
    ['regex', 'AB12x', '[a-z]+\\d', false],
    ['regex', 'a', '(', false],
    ['regex', `${'a'.repeat(60)}b`, '(a+)+', false],
    ['less_than', '9', '10', true],
    ['greater_than', '9', '10', false],
    ['greater_than', '{{flow.data.none | plus: 3}}', '2.5', true],
    ['less_than', 'many', '10', false],
    ['is_before_date', '2026-01-31', '2026-02-01', true],
    ['is_after_date', '2026-02-01T10:00', '2026-02-01', false],
    ['is_before_time', '08:59', '09:00', true],
    ['is_after_time', '17:00:01', '17:00', true],
    ['is_after_time', 'late', '17:00', false],
  ])('%s: "%s" and "%s" is %s', async (type, input, value, holds) => {
    const split = state('s', 'split-based-on', {
      properties: { input },
      transitions: [on('noMatch', 'no'), match('yes', type, input, value)],
    })
    const bench = new Bench(flow('s', split, say('yes', 'yes'), say('no', 'no')))
    await bench.call()
    expect(bench.path.at(-1)).toBe(holds ? 's match → yes' : 's noMatch → no')
  })
})

describe('set-variables', () => {
  it('makes numbers of what is written as one, and leaves the rest as it is', async () => {
    const values = {
      count: '{{flow.variables.none | plus: 3}}',
      price: '2.5',
      ...{
        phone: '+15551234567',
        zip: '01234',
        long: '12345678901234567890',
        cents: '1.50',
        word: 'Infinity',
      },
    }
    const variables = Object.entries(values).map(([key, value]) => ({ key, value }))
    const set = state('set', 'set-variables', {
      properties: { variables },
      transitions: [on('next', 'told')],
    })
    const told = say('told', '{% if flow.variables.count == 3 %}three{% endif %} {{flow.variables.count}}')
    const bench = new Bench(flow('set', set, told))
    const call = await bench.call()
    expect(bench.context['flow']!['variables']).toEqual({ ...values, count: 3, price: 2.5 })
    expect(call.announcements[0]!.item).toMatchObject({ text: 'three 3' })
  })
})

describe('make-http-request and run-function', () => {
  const url = 'https://api.example.com/x'

  it('posts a form with what templates make of it, and reads JSON', async () => {
    const bench = new Bench(
      flow(
        'w',
        state('w', 'make-http-request', {
          properties: {
            method: 'POST',
            url: `${url}?from={{contact.channel.address | url_encode}}`,
            content_type: 'application/x-www-form-urlencoded;charset=utf-8',
            parameters: [{ key: 'to', value: '{{trigger.call.To}}' }],
            add_twilio_auth: true,
          },
          transitions: [on('success', 'split'), on('failed')],
        }),
        state('split', 'split-based-on', {
          properties: { input: '{{widgets.w.parsed.list[1].name}}' },
          transitions: [on('noMatch'), match('yes', 'equal_to', '{{widgets.w.parsed.list[1].name}}', 'b')],
        }),
        say('yes', '{{widgets.w.status_code}}'),
      ),
    )
    const asked = `${url}?from=%2B15550001111`
    bench.answers[asked] = () => ({
      status: 201,
      contentType: 'application/json; charset=utf-8',
      body: '{"list":[{"name":"a"},{"name":"b"}]}',
    })
    const call = await bench.call()
    expect(bench.requests).toMatchObject([
      { method: 'POST', url: asked, body: 'to=%2B13122010094', form: { to: '+13122010094' } },
    ])
    expect(bench.requests[0]!.headers['authorization']).toBe('Basic xyz')
    expect(call.announcements[0]!.item).toMatchObject({ text: '201' })
  })

  it.each([
    ['make-http-request', 'failed', 302],
    ['make-http-request', 'failed', 500],
    ['run-function', 'success', 302],
    ['run-function', 'fail', 404],
  ])('%s takes %s with %i, and tells what came', async (type, event, status) => {
    const events = type === 'run-function' ? ['success', 'fail'] : ['success', 'failed']
    const widget = state('w', type, { properties: { url }, transitions: events.map((name) => on(name)) })
    const bench = new Bench(flow('w', widget))
    bench.answers[url] = () => ({ status, contentType: 'text/plain', body: 'so' })
    await bench.call()
    expect(bench.path.at(-1)).toBe(`w ${event} → Ended`)
    expect(bench.context['widgets']!['w']).toMatchObject({ status_code: status, body: 'so' })
  })

  it('wait no longer than 10 s, and then know nothing', async () => {
    const { bench, call, left } = await alone('make-http-request', { url }, ['success', 'failed'])
    expect(left()).toEqual({ event: 'failed', outputs: {} })
    expect(bench.notices).toMatchObject([
      {
        level: 'error',
        number: 81016,
        message: expect.stringContaining('ECONNREFUSED'),
        callSid: call.identity.callSid,
      },
    ])
    const slow = new Bench(
      flow('w', state('w', 'make-http-request', { properties: { url }, transitions: [on('failed')] })),
    )
    slow.answers[url] = () => new Promise(() => {})
    await slow.call()
    slow.clock.advance(9_999)
    await settle()
    expect(slow.path).toHaveLength(1)
    slow.clock.advance(1)
    await settle()
    expect(slow.path.at(-1)).toBe('w failed → Ended')
    expect(slow.notices[0]!.message).toContain('no answer within 10 s')
  })
})

describe('templates that fail', () => {
  it('take failed where there is such a transition, and are told with widget, property and line', async () => {
    const properties = { url: 'wss://a/\n{{ x | shout }}' }
    const { bench, call, left } = await alone('run-conversation-relay', properties, ['success', 'failed'])
    expect(left().event).toBe('failed')
    const { callSid } = call.identity
    const message = 'the widget w: url, line 2: undefined filter: shout'
    expect(bench.notices).toEqual([{ level: 'warning', number: 81018, message, callSid }])
  })

  it('end the execution with an apology where there is none', async () => {
    const { bench, call } = await alone('say-play', { say: '{% if %}' }, ['audioComplete'])
    expect(call.announcements[0]!.item).toMatchObject({ text: expect.stringContaining('We are sorry') })
    call.finishAnnouncement()
    await settle()
    expect(call.state).toBe('ended')
    expect(bench.ends[0]).toMatch(/^the widget w: say, line 1: /)
    expect(bench.path.at(-1)).toBe('w failed → Ended')
  })
})

describe('limits', () => {
  it('1,000 steps, 2,000,000 characters, and 10 runs of one widget in a row', async () => {
    const set = (name: string, next: string) =>
      state(name, 'set-variables', { transitions: [on('next', next)] })
    const circle = new Bench(flow('a', set('a', 'b'), set('b', 'a')))
    await circle.call()
    await settle()
    expect(circle.ends[0]).toContain('more than 1000 steps')
    expect(circle.notices).toMatchObject([{ level: 'warning', number: 81000 }])
    expect(circle.steps).toHaveLength(1000)
    const doubling = state('a', 'set-variables', {
      properties: {
        variables: [{ key: 'k', value: '{{flow.variables.k | default: "xxxxxxxx"}}{{flow.variables.k}}' }],
      },
      transitions: [on('next', 'b')],
    })
    const huge = new Bench(flow('a', doubling, set('b', 'a')))
    await huge.call()
    expect(huge.ends[0]).toBe('after the widget a the variables have more than 2000000 characters')
    expect(JSON.stringify(huge.context).length).toBeLessThan(2_000_000)
    const loop = new Bench(flow('a', set('a', 'a')))
    await loop.call()
    expect(loop.ends[0]).toContain('the widget a ran 10 times in a row')
    expect(loop.notices).toMatchObject([{ level: 'warning', number: 81001 }])
  })
})
