import { describe, expect, it } from 'vitest'
import { alone } from './support/alone.js'
import { Bench, settle } from './support/bench.js'
import { flow, on, say, state } from './support/flows.js'

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
