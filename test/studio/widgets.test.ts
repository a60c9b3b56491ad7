import { describe, expect, it } from 'vitest'
import { Bench, flowSid, settle } from './support/bench.js'
import { flow, match, on, say, state } from './support/flows.js'

/** Runs a flow of one widget, whose events lead to widgets that say them. */
async function alone(
  type: string,
  properties: object,
  events: readonly string[],
  more: readonly object[] = [],
) {
  const widget = state('w', type, {
    properties,
    transitions: events.map((event) => on(event, `on_${event}`)),
  })
  const bench = new Bench(flow('w', widget, ...events.map((event) => say(`on_${event}`, event))), ...more)
  const call = await bench.call()
  /** The event it left by, and the variables it left. */
  const left = () => {
    const step = bench.steps.find(({ transitionedFrom }) => transitionedFrom === 'w')
    const { widgets } = (step?.context ?? {}) as { widgets?: Record<string, unknown> }
    return { event: step?.name, outputs: widgets?.['w'] }
  }
  return { bench, call, left }
}

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
  })
})

describe('record-voicemail', () => {
  const events = ['recordingComplete', 'noAudio', 'hangup']
  const recording = async () => {
    const started = await alone(
      'record-voicemail',
      { play_beep: 'false', silence_timeout: 3, trim: 'true' },
      events,
    )
    expect(started.call.recordings[0]!.wish).toMatchObject({ silenceMs: 3000, trim: true })
    return started
  }

  it('tells of a message, whether a key, silence or the end of the call ended it', async () => {
    const byKey = await recording()
    byKey.call.press('#')
    await settle()
    expect(byKey.left()).toMatchObject({
      event: 'recordingComplete',
      outputs: { Digits: '#', RecordingDuration: '2' },
    })
    const byEnd = await recording()
    byEnd.call.hangUp()
    await settle()
    expect(byEnd.left()).toMatchObject({ event: 'recordingComplete', outputs: { Digits: 'hangup' } })
    expect(byEnd.bench.ends).toEqual(['the call is over'])
  })

  it('tells of none', async () => {
    const { call, left } = await recording()
    call.recordings[0]!.finish('silence', 0)
    await settle()
    expect(left()).toEqual({ event: 'noAudio', outputs: {} })
    const gone = await alone('record-voicemail', {}, events)
    gone.call.hangUp()
    await settle()
    expect(gone.left().event).toBe('hangup')
  })
})

describe('record-call', () => {
  it('starts and stops', async () => {
    const start = state('start', 'record-call', {
      properties: { record_call: true, recording_channels: 'dual', trim: 'trim-silence' },
      transitions: [on('success', 'stop'), on('failed')],
    })
    const stop = state('stop', 'record-call', {
      properties: { record_call: false },
      transitions: [on('success', 'again'), on('failed')],
    })
    const again = state('again', 'record-call', {
      properties: { record_call: false },
      transitions: [on('success'), on('failed', 'none')],
    })
    const bench = new Bench(flow('start', start, stop, again, say('none', 'none')))
    await bench.call()
    expect(bench.path.slice(1)).toEqual([
      'start success → stop',
      'stop success → again',
      'again failed → none',
    ])
    expect(bench.steps[1]!.context).toMatchObject({ widgets: { start: { Sid: 'RE1' } } })
  })
})

describe('enqueue-call and send-to-flex', () => {
  const events = ['callComplete', 'failedToEnqueue', 'callFailure']

  it('wait until somebody has taken the call over and is done', async () => {
    const properties = {
      workflow: 'WW1',
      channel: 'TC1',
      attributes: '{"from":"{{contact.channel.address}}"}',
    }
    const { bench, left } = await alone('send-to-flex', properties, events)
    const desk = await bench.calls.dial({ to: 'desk', from: '1', route: '' })
    desk.pickUp()
    bench.twiml.run({ call: desk, source: { twiml: '<Response><Dial><Queue>WW1</Queue></Dial></Response>' } })
    await settle()
    expect(desk.partner).toBeDefined()
    desk.hangUp()
    await settle()
    expect(left()).toMatchObject({
      event: 'callComplete',
      outputs: { QueueResult: 'bridged', TaskAttributes: '{"from":"+15550001111"}' },
    })
  })

  it('tell of a caller who is gone, and of a queue without a name', async () => {
    const waiting = await alone('enqueue-call', { queue_name: 'support' }, events)
    expect(waiting.bench.twiml.queues.get('support')!.members).toHaveLength(1)
    waiting.call.hangUp()
    await settle()
    expect(waiting.left()).toMatchObject({ event: 'callComplete', outputs: { QueueResult: 'hangup' } })
    const nameless = await alone('enqueue-call', { queue_name: '{{flow.data.none}}' }, events)
    expect(nameless.left().event).toBe('failedToEnqueue')
    expect(nameless.bench.notices[0]).toMatchObject({ level: 'error', number: 81015 })
  })

  it('leave a queue that nobody takes them out of in time', async () => {
    for (const [type, properties] of [
      ['enqueue-call', { queue_name: 'support', timeout: 30 }],
      ['send-to-flex', { workflow: 'WW1', channel: 'TC1', timeout: '30' }],
    ] as const) {
      const { bench, left } = await alone(type, properties, events)
      bench.clock.advance(29_999)
      await settle()
      expect(left().event).toBeUndefined()
      bench.clock.advance(1)
      await settle()
      expect(left()).toMatchObject({ event: 'failedToEnqueue', outputs: { QueueResult: 'timeout' } })
      expect(bench.notices).toMatchObject([{ level: 'error', number: 81009 }])
      expect(bench.twiml.queues.list()[0]!.members).toEqual([])
    }
  })

  it('are taken out by their priority, and of one priority in the order in which they came', async () => {
    const widget = state('w', 'enqueue-call', {
      properties: { queue_name: 'support', priority: '{{trigger.call.SipHeader_X-Rank}}' },
      transitions: events.map((event) => on(event)),
    })
    const bench = new Bench(flow('w', widget))
    const ranked = (rank: string) => bench.call({ headers: [['X-Rank', rank]] })
    const [low, high, second] = [await ranked(''), await ranked('5'), await ranked('5')]
    const queue = bench.twiml.queues.get('support')!
    expect(queue.members.map(({ call }) => call)).toEqual([high, second, low])
    expect(bench.notices).toEqual([])
  })

  it('play the melody of their own for a URL that is none', async () => {
    const { bench, call } = await alone('enqueue-call', { queue_name: 'a', wait_url: '/music.mp3' }, events)
    expect(call.announcements[0]!.item).toMatchObject({ kind: 'tone', tone: 'hold' })
    expect(bench.notices).toMatchObject([{ level: 'warning', number: 81028 }])
  })
})

describe('connect-call-to', () => {
  it('takes hangup when the caller leaves', async () => {
    const properties = {
      noun: 'sip',
      sip_endpoint: 'sip:desk@127.0.0.1',
      sip_username: 'u',
      sip_password: 'p',
      timeout: 9,
    }
    const { bench, call, left } = await alone('connect-call-to', properties, ['callCompleted', 'hangup'])
    expect(bench.calls.dials).toMatchObject([
      { to: 'sip:desk@127.0.0.1', answerTimeoutMs: 9000, credentials: { username: 'u', password: 'p' } },
    ])
    bench.calls.last.pickUp()
    await settle()
    call.hangUp()
    await settle()
    expect(left()).toMatchObject({ event: 'hangup', outputs: { DialCallStatus: 'completed' } })
  })

  it('tells of somebody who does not answer', async () => {
    const { bench, left } = await alone('connect-call-to', { noun: 'number', to: '+15559990000' }, [
      'callCompleted',
      'hangup',
    ])
    bench.calls.last.end({ status: 'no-answer', cause: 'no-answer' })
    await settle()
    expect(left()).toMatchObject({ event: 'callCompleted', outputs: { DialCallStatus: 'no-answer' } })
  })
})

describe('add-twiml-redirect', () => {
  const events = ['return', 'timeout', 'fail']
  const url = 'https://app.example.com/doc'

  it('takes timeout when the document keeps the call', async () => {
    const widget = state('w', 'add-twiml-redirect', {
      properties: { url, timeout: '30' },
      transitions: events.map((event) => on(event, event === 'timeout' ? 'late' : undefined)),
    })
    const bench = new Bench(flow('w', widget, say('late', 'Late')))
    bench.pages[url] = '<Response><Pause length="3600"/></Response>'
    const call = await bench.call()
    bench.clock.advance(30_000)
    await settle()
    expect(bench.path.at(-1)).toBe('w timeout → late')
    expect(call.announcements.at(-1)!.item).toMatchObject({ text: 'Late' })
  })

  it('takes fail when there is no document, and ends with one that does not return', async () => {
    expect((await alone('add-twiml-redirect', { url }, events)).left().event).toBe('fail')
    expect((await alone('add-twiml-redirect', { url: 'nowhere' }, events)).left().event).toBe('fail')
    const widget = state('w', 'add-twiml-redirect', { properties: { url }, transitions: [on('return')] })
    const bench = new Bench(flow('w', widget))
    bench.pages[url] = '<Response/>'
    const call = await bench.call()
    expect(call.state).toBe('ended')
    expect(bench.ends).toEqual(['the document came to its end and did not return'])
  })
})

describe('run-subflow', () => {
  const widget = (sid: string) =>
    state('w', 'run-subflow', {
      properties: {
        flow_sid: sid,
        flow_revision: 'LatestPublished',
        parameters: [{ key: 'who', value: '{{contact.channel.address}}' }],
      },
      transitions: [on('completed', 'after'), on('failed', 'failed')],
    })
  const outer = flow(
    'w',
    widget(flowSid(2)),
    say('after', 'Set: {{widgets.w.greeting}}'),
    say('failed', 'Failed'),
  )

  it('runs on the same call, and hands back its variables', async () => {
    const set = state('set', 'set-variables', {
      properties: { variables: [{ key: 'greeting', value: 'Hi {{trigger.parent.parameters.who}}' }] },
      transitions: [on('next', 'hear')],
    })
    const bench = new Bench(outer, flow('set', set, say('hear', 'Inside')))
    const call = await bench.call()
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Inside' })
    call.finishAnnouncement()
    await settle()
    expect(call.announcements[1]!.item).toMatchObject({ text: 'Set: Hi +15550001111' })
    const [parent, child] = [...bench.records.values()]
    expect(child).toMatchObject({ initiatedBy: parent!.sid, status: 'ended', callSid: call.identity.callSid })
    const step = bench.steps.find(({ transitionedFrom }) => transitionedFrom === 'w')!
    expect(bench.steps[1]).toMatchObject({ parentStepSid: step.sid, transitionedFrom: 'Trigger' })
  })

  it('takes failed where there is no such flow, or it nests without end', async () => {
    const missing = new Bench(outer)
    await missing.call()
    expect(missing.path.at(-1)).toBe('w failed → failed')
    const endless = new Bench(flow('w', widget(flowSid(1)), say('after', 'x'), say('failed', 'Failed')))
    await endless.call()
    expect(endless.notices[0]).toMatchObject({
      number: 81024,
      message: expect.stringContaining('nested more than 8 deep'),
    })
  })

  it('ends with the flow around it, and with the call', async () => {
    const stopped = new Bench(outer, flow('hear', say('hear', 'Inside')))
    const call = await stopped.call()
    await stopped.executions.end([...stopped.records.keys()][0]!, 'ended by the API')
    expect(stopped.ends).toEqual(['ended by the API', 'ended by the API'])
    expect(call.state).toBe('ended')
    const gone = new Bench(outer, flow('hear', say('hear', 'Inside')))
    ;(await gone.call()).hangUp()
    await settle()
    expect(gone.ends).toEqual(['the call is over', 'the call is over'])
  })
})

describe('make-outgoing-call-v2', () => {
  const dial = state('dial', 'make-outgoing-call-v2', {
    properties: { send_digits: '1', record: true },
    transitions: ['answered', 'busy', 'noAnswer', 'failed'].map((event) => on(event, event)),
  })
  const definition = flow(
    'dial',
    dial,
    ...['answered', 'busy', 'noAnswer', 'failed'].map((event) => say(event, `${event} {{flow.data.name}}`)),
  )

  it('calls the contact; the flow goes on with that call', async () => {
    const bench = new Bench(definition)
    const { sid } = await bench.request({ name: 'Ada' })
    expect(bench.calls.dials).toMatchObject([{ to: '+15551112222', from: '+15553334444' }])
    const call = bench.calls.last
    call.pickUp()
    await settle()
    expect(call.announcements[0]!.item).toMatchObject({ kind: 'digits', digits: '1' })
    call.finishAnnouncement()
    await settle()
    expect(call.announcements[1]!.item).toMatchObject({ text: 'answered Ada' })
    expect(bench.recordings).toEqual(['1'])
    expect(bench.executions.active(sid)).toMatchObject({ callSid: call.identity.callSid })
    call.finishAnnouncement()
    await settle()
    expect(call.told.at(-1)).toBe('hangup the flow came to its end')
  })

  it.each([
    ['busy', 'busy'],
    ['no-answer', 'noAnswer'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
  ] as const)('takes its way after %s', async (status, event) => {
    const bench = new Bench(definition)
    await bench.request()
    bench.calls.last.end({ status })
    await settle()
    expect(bench.path[1]).toBe(`dial ${event} → ${event}`)
    expect(bench.ends[0]).toContain('there is no call that it could run on')
  })

  it('tells why it could not call', async () => {
    const bench = new Bench(definition)
    await bench.request()
    bench.calls.last.end({ status: 'failed' })
    await settle()
    const [failed, missing] = bench.notices
    expect(failed).toMatchObject({ level: 'error', number: 81008, callSid: undefined })
    expect(missing).toMatchObject({ level: 'warning', number: 81020 })
  })

  it('tells who answered, where it is asked to', async () => {
    const detecting = (properties: object, type = 'make-outgoing-call-v2') =>
      new Bench(
        flow(
          'dial',
          state('dial', type, {
            properties,
            transitions: [
              on('answered', 'human'),
              on('answeredByMachine', type.endsWith('1') ? 'machine' : undefined),
            ],
          }),
          say('human', '{{widgets.dial.AnsweredBy}}'),
          say('machine', 'after the beep'),
        ),
      )
    const properties = {
      detect_answering_machine: true,
      machine_detection: 'DetectMessageEnd',
      machine_detection_timeout: '20',
      machine_detection_silence_timeout: '4000',
    }
    const bench = detecting(properties)
    await bench.request()
    const call = bench.calls.last
    call.pickUp()
    await settle()
    expect(bench.path).toHaveLength(1)
    expect(call.watches[0]!.wish).toMatchObject({ totalMs: 20_000, initialSilenceMs: 4000, greetingMs: 2400 })
    call.watches[0]!.answered('machine')
    call.watches[0]!.greetingEnded('beep')
    await settle()
    expect(call.announcements[0]!.item).toMatchObject({ text: 'machine_end_beep' })
    expect(bench.context['widgets']!['dial']).toMatchObject({ AnsweredBy: 'machine_end_beep' })

    const off = detecting({ ...properties, detect_answering_machine: false })
    await off.request()
    off.calls.last.pickUp()
    await settle()
    expect(off.calls.last.watches).toEqual([])

    const first = detecting({ detect_answering_machine: true }, 'make-outgoing-call-v1')
    await first.request()
    first.calls.last.pickUp()
    await settle()
    first.calls.last.watches[0]!.answered('machine')
    await settle()
    expect(first.calls.last.announcements[0]!.item).toMatchObject({ text: 'after the beep' })
  })

  it('ends with its call while it listens who answered', async () => {
    const bench = new Bench(
      flow('dial', state('dial', 'make-outgoing-call-v2', { properties: { machine_detection: 'Enable' } })),
    )
    await bench.request()
    bench.calls.last.pickUp()
    await settle()
    bench.calls.last.hangUp()
    await settle()
    expect(bench.ends).toEqual(['the flow came to its end'])
  })

  it('is cancelled when the execution is ended', async () => {
    const bench = new Bench(definition)
    const { sid } = await bench.request()
    await bench.executions.end(sid, 'ended by the API')
    expect(bench.calls.last.told).toEqual(['hangup the flow was ended'])
  })
})

describe('fork-stream', () => {
  it('starts and stops a stream by its name', async () => {
    const start = state('start', 'fork-stream', {
      properties: {
        ...{ stream_action: 'start', stream_transport_type: 'websocket', stream_name: 'copy' },
        ...{ stream_url: 'wss://app.example.com/s', stream_track: 'both_tracks' },
        stream_parameters: [{ key: 'a', value: '{{contact.channel.address}}' }],
      },
      transitions: [on('next', 'talk')],
    })
    const stop = state('stop', 'fork-stream', {
      properties: { stream_action: 'stop', stream_name: 'copy' },
      transitions: [on('next', 'bye')],
    })
    const bench = new Bench(flow('start', start, say('talk', 'Talk', 'stop'), stop, say('bye', 'Bye')))
    const call = await bench.call()
    expect(call.streams[0]!.wish).toMatchObject({ track: 'both', parameters: { a: '+15550001111' } })
    call.finishAnnouncement()
    await settle()
    expect(call.streams[0]!.isOver).toBe(true)
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
