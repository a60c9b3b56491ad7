import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { ParleyError } from '../../../src/base/errors.js'
import { APP, Rig, response } from '../support/rig.js'

async function dialing(attributes: string, inner: string, platform: 'twilio' | 'telnyx' = 'twilio') {
  const rig = new Rig(platform)
  rig.pages['/done'] = response('<Pause length="99"/>')
  const verb = `<Dial action="/done" ${attributes}>${inner}</Dial>`
  const { call, run } = await rig.start(response(verb, '<Say>Next</Say>'))
  const called = () => rig.calls.all.slice(1)
  return { rig, call, run, called, asked: () => rig.asked('/done')?.parameters }
}

describe('one party', () => {
  it('is called with the caller hearing it ring, joined when it answers, and reported when it hangs up', async () => {
    const rig = new Rig()
    rig.pages['/done'] = response('<Say>Bye</Say>')
    const voice = new twilio.twiml.VoiceResponse()
    voice.dial({ action: '/done', timeout: 15, timeLimit: 600, ringTone: 'de' }).number('+14155550123')
    const { call } = await rig.start(voice.toString())
    expect(call.told).toEqual(['ring', 'answer', 'announce tone'])
    expect(call.announcements[0]!.item).toEqual({ kind: 'tone', tone: 'ringback', country: 'de' })
    expect(rig.calls.dials).toMatchObject([
      {
        to: '+14155550123',
        from: '+15550001111',
        answerTimeoutMs: 15_000,
        timeLimitMs: 600_000,
        child: true,
      },
    ])
    const called = rig.calls.last
    called.pickUp()
    await rig.settle()
    expect(call.announcements[0]!.isOver).toBe(true)
    expect(call.partner).toBe(called)
    expect(call.bridgeOptions).toEqual({ afterwards: { self: 'park', other: 'hangup' } })
    await rig.pass(42_000)
    called.hangUp()
    await rig.settle()
    expect(rig.asked('/done')!.parameters).toMatchObject({
      DialCallStatus: 'completed',
      DialCallSid: called.identity.callSid,
      DialCallDuration: '42',
      DialBridged: 'true',
      CallStatus: 'in-progress',
    })
    expect(call.announcements[1]!.item).toMatchObject({ text: 'Bye' })
    expect(rig.problems).toEqual([])
  })

  it('may stand in <Dial> as text: a number or a SIP URI', async () => {
    expect((await dialing('', '415-123-4567')).rig.calls.dials[0]!.to).toBe('415-123-4567')
    expect((await dialing('', ' sip:bob@x?X-a=1 ')).rig.calls.dials[0]!.to).toBe('sip:bob@x?X-a=1')
  })

  it('sees the caller id asked for, and a call that went out by whom it went to', async () => {
    expect((await dialing('callerId="+1999"', '1')).rig.calls.dials[0]!.from).toBe('+1999')
    const rig = new Rig()
    const { call } = await rig.start(response('<Pause length="9"/>'), {
      call: { direction: 'outbound', to: '+1777' },
    })
    call.pickUp()
    rig.twiml.run({ call, source: { twiml: response('<Dial>1</Dial>') } })
    await rig.settle()
    expect(rig.calls.dials[0]!.from).toBe('+1777')
  })

  it.each([
    ['busy', 'busy'],
    ['no-answer', 'no-answer'],
    ['failed', 'failed'],
  ] as const)('that is %s is reported so', async (status, expected) => {
    const { rig, called, asked } = await dialing('', '1')
    called()[0]!.end({ status, by: 'relay' })
    await rig.settle()
    expect(asked()).toMatchObject({ DialCallStatus: expected, DialBridged: 'false' })
    expect(asked()).not.toHaveProperty('DialCallDuration')
  })

  it('that cannot be called at all: failed, with a warning', async () => {
    const rig = new Rig()
    rig.pages['/done'] = response('<Pause/>')
    rig.calls.refuseNext = new ParleyError('call_route_missing', 'No trunk takes the number 1.')
    await rig.start(response('<Dial action="/done"><Number>1</Number></Dial>'))
    expect(rig.asked('/done')!.parameters).toMatchObject({ DialCallStatus: 'failed' })
    expect(rig.problems).toEqual([13224])
  })

  it('is followed by the next verb where there is no action', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response('<Dial>1</Dial>', '<Say>Next</Say>'))
    rig.calls.last.end({ status: 'busy' })
    await rig.settle()
    expect(call.announcements[1]!.item).toMatchObject({ text: 'Next' })
  })
})

describe('the caller', () => {
  it('is not answered before the called party, where that is wanted', async () => {
    const { rig, call, called } = await dialing('answerOnBridge="true"', '1')
    expect(call.told).toEqual(['ring'])
    called()[0]!.pickUp()
    await rig.settle()
    expect(call.told).toEqual(['ring', 'answer', 'bridge'])
  })

  it('who gives up while it rings ends the calls; the app hears of it', async () => {
    const { rig, call, run, called, asked } = await dialing('', '1')
    call.hangUp()
    await rig.settle()
    expect(called()[0]!.told).toEqual(['hangup given up'])
    expect(asked()).toMatchObject({ DialCallStatus: 'canceled', CallStatus: 'completed' })
    expect(await run.done).toBe('call-over')
  })

  it('who hangs up ends the conversation', async () => {
    const { rig, call, called, asked } = await dialing('', '1')
    called()[0]!.pickUp()
    await rig.settle()
    call.hangUp()
    await rig.settle()
    expect(called()[0]!.state).toBe('ended')
    expect(asked()).toMatchObject({ DialCallStatus: 'completed', DialBridged: 'true' })
  })

  it('may leave the called party with the star key', async () => {
    const { rig, call, called, asked } = await dialing('hangupOnStar="true"', '1')
    called()[0]!.pickUp()
    await rig.settle()
    call.press('1')
    expect(called()[0]!.state).toBe('answered')
    call.press('*')
    await rig.settle()
    expect(called()[0]!.told).toEqual(['hangup the caller pressed *'])
    expect(asked()).toMatchObject({ DialCallStatus: 'completed' })
  })

  it('who is given other instructions leaves the called party, who is hung up', async () => {
    const { rig, call, called, asked } = await dialing('', '1')
    called()[0]!.pickUp()
    await rig.settle()
    rig.twiml.run({ call, source: { twiml: response('<Say>New</Say>') } })
    await rig.settle()
    expect(called()[0]!.state).toBe('ended')
    expect(call.announcements[1]!.item).toMatchObject({ text: 'New' })
    expect(asked()).toBeUndefined()
  })

  it("hears a single party's early media in place of our ringing", async () => {
    const { rig, call, called } = await dialing('', '1')
    called()[0]!.ringing(true)
    expect(call.announcements[0]!.isOver).toBe(true)
    expect(call.partner).toBe(called()[0])
    called()[0]!.pickUp()
    await rig.settle()
    expect(call.told.filter((line) => line === 'bridge').length).toBe(1)
  })
})

describe('the called party', () => {
  it('who is given other instructions goes its own way; the caller goes on', async () => {
    const { rig, call, called, asked } = await dialing('', '1')
    called()[0]!.pickUp()
    await rig.settle()
    rig.twiml.run({ call: called()[0]!, source: { twiml: response('<Say>You</Say>') } })
    await rig.settle()
    expect(asked()).toMatchObject({ DialCallStatus: 'completed' })
    expect(called()[0]!.state).toBe('answered')
    expect(called()[0]!.announcements[0]!.item).toMatchObject({ text: 'You' })
    expect(call.state).toBe('answered')
  })

  it('hears a document of its own before it is joined, and may refuse', async () => {
    const { rig, call, called, asked } = await dialing('', '<Number url="/whisper">1</Number>')
    rig.pages['/whisper'] = response(
      '<Gather numDigits="1" action="/screen"><Say>Press 1</Say></Gather>',
      '<Dial>2</Dial>',
      '<Hangup/>',
    )
    rig.pages['/screen'] = ({ parameters }) =>
      parameters['Digits'] === '1' ? response() : response('<Hangup/>')
    const [party] = called()
    party!.pickUp()
    await rig.settle()
    expect(rig.asked('/whisper')!.parameters).toMatchObject({
      CallSid: party!.identity.callSid,
      ParentCallSid: call.identity.callSid,
      Direction: 'outbound-dial',
      CallStatus: 'in-progress',
    })
    expect(rig.problems).toEqual([12200])
    expect(call.partner).toBeUndefined()
    party!.press('1')
    await rig.settle()
    expect(call.partner).toBe(party)
    expect(asked()).toBeUndefined()
  })

  it('who refuses is not joined', async () => {
    const { rig, call, called, asked } = await dialing('', '<Number url="/whisper">1</Number>')
    rig.pages['/whisper'] = response('<Say>No</Say>', '<Hangup/>')
    called()[0]!.pickUp()
    await rig.settle()
    await rig.finish(called()[0]!)
    expect(call.partner).toBeUndefined()
    expect(asked()).toMatchObject({ DialCallStatus: 'completed', DialBridged: 'false' })
  })

  it('is sent keys before anything else', async () => {
    const { rig, call, called } = await dialing('', '<Number sendDigits="ww12#">1</Number>')
    called()[0]!.pickUp()
    await rig.settle()
    expect(called()[0]!.announcements[0]!.item).toMatchObject({ kind: 'digits', digits: 'ww12#' })
    expect(call.partner).toBeUndefined()
    await rig.finish(called()[0]!)
    expect(call.partner).toBe(called()[0])
  })

  it('is reported to its status call-back, event by event', async () => {
    const events = 'initiated ringing answered completed'
    const { rig, call, called } = await dialing(
      '',
      `<Sip statusCallback="/status" statusCallbackEvent="${events}" username="u" password="p">sip:a@b</Sip>`,
    )
    expect(rig.calls.dials[0]).toMatchObject({ credentials: { username: 'u', password: 'p' } })
    called()[0]!.ringing()
    called()[0]!.ringing()
    called()[0]!.pickUp()
    await rig.pass(61_000)
    called()[0]!.end({ status: 'completed', by: 'callee', sipStatus: 200 })
    expect(rig.callbacks.map(({ event, url }) => [event, url])).toEqual(
      events.split(' ').map((event) => [event, `${APP}/status`]),
    )
    expect(rig.callbacks.map(({ parameters }) => parameters['SequenceNumber'])).toEqual(['0', '1', '2', '3'])
    expect(rig.callbacks[2]!.parameters).toMatchObject({
      CallStatus: 'in-progress',
      CallbackSource: 'call-progress-events',
      ParentCallSid: call.identity.callSid,
    })
    expect(rig.callbacks[3]!.parameters).toMatchObject({
      CallStatus: 'completed',
      CallDuration: '61',
      Duration: '2',
      SipResponseCode: '200',
    })
    expect(rig.callbacks[0]!.parameters).toMatchObject({ CallStatus: 'initiated' })
  })

  it('is told to be a person or a machine, while the two talk', async () => {
    const kept: [callSid: string, answeredBy: string][] = []
    const rig = new Rig('twilio', {
      keepAnsweredBy: ({ identity }, answeredBy) => kept.push([identity.callSid, answeredBy]),
    })
    const voice = new twilio.twiml.VoiceResponse()
    voice.dial().number(
      {
        machineDetection: 'DetectMessageEnd',
        machineDetectionTimeout: 20,
        machineDetectionSilenceTimeout: 3000,
        amdStatusCallback: '/amd',
        amdStatusCallbackMethod: 'GET',
      },
      '+14155550123',
    )
    const { call } = await rig.start(voice.toString())
    const called = rig.calls.last
    called.pickUp()
    await rig.settle()
    expect(call.partner).toBe(called)
    expect(called.watches[0]!.wish).toMatchObject({
      totalMs: 20_000,
      initialSilenceMs: 3000,
      greetingMs: 2400,
    })
    called.watches[0]!.answered('machine')
    expect(rig.callbacks).toEqual([])
    called.watches[0]!.greetingEnded('beep')
    expect(rig.callbacks).toMatchObject([
      {
        url: `${APP}/amd`,
        method: 'GET',
        event: 'amd',
        parameters: {
          CallSid: called.identity.callSid,
          AnsweredBy: 'machine_end_beep',
          MachineDetectionDuration: '5000',
        },
      },
    ])
    expect(kept).toEqual([[called.identity.callSid, 'machine_end_beep']])
    expect(rig.problems).toEqual([])
  })

  it('is not told to be one where keys are sent, or nobody asks', async () => {
    const watched = async (noun: string) => {
      const { rig, called } = await dialing('', noun)
      called()[0]!.pickUp()
      await rig.settle()
      return called()[0]!.watches.length
    }
    expect(await watched('<Sip machineDetection="enable">sip:a@b</Sip>')).toBe(1)
    expect(await watched('<Sip machineDetection="Enable" sendDigits="1">sip:a@b</Sip>')).toBe(0)
    expect(await watched('<Number amdStatusCallback="/amd">1</Number>')).toBe(0)
  })

  it('gets the keys that a SIP URI is to be sent', async () => {
    const { rig, call, called } = await dialing('', '<Sip sendDigits="12#">sip:a@b</Sip>')
    called()[0]!.pickUp()
    await rig.settle()
    expect(called()[0]!.announcements[0]!.item).toMatchObject({ kind: 'digits', digits: '12#' })
    expect(call.partner).toBeUndefined()
    await rig.finish(called()[0]!)
    expect(call.partner).toBe(called()[0])
  })

  it('may be a phone of the configuration, with parameters as header lines', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    const client = voice.dial().client()
    client.identity('desk')
    client.parameter({ name: 'Customer Id', value: '42' })
    await rig.start(voice.toString())
    expect(rig.calls.dials[0]).toMatchObject({ to: 'client:desk', headers: [['X-Customer-Id', '42']] })
    expect((await dialing('', '<Client>client:ann</Client>')).rig.calls.dials[0]!.to).toBe('client:ann')
  })

  it('may have the caller talk to somebody else, where there is a URL for it', async () => {
    const { rig, call, called } = await dialing('referUrl="/refer"', '1')
    rig.pages['/refer'] = response('<Say>Moving</Say>')
    called()[0]!.pickUp()
    await rig.settle()
    const progress: number[] = []
    const refer = {
      target: 'sip:carol@x',
      referredBy: '',
      accept: () => ({ progress: (status: number) => void progress.push(status) }),
      reject: () => {},
    }
    expect(called()[0]!.referred(refer)).toBe(true)
    await rig.settle()
    expect(progress).toEqual([200])
    expect(rig.asked('/refer')!.parameters).toMatchObject({ ReferTransferTarget: 'sip:carol@x' })
    expect(called()[0]!.state).toBe('ended')
    expect(call.announcements.at(-1)!.item).toMatchObject({ text: 'Moving' })
  })

  it('may not where there is none', async () => {
    const { rig, called } = await dialing('', '1')
    called()[0]!.pickUp()
    await rig.settle()
    const refer = {
      target: 'sip:carol@x',
      referredBy: '',
      accept: () => ({ progress() {} }),
      reject: () => {},
    }
    expect(called()[0]!.referred(refer)).toBe(false)
    expect(rig.problems).toEqual([13802])
  })
})

describe('several parties', () => {
  const three = '<Number>1</Number><Sip>sip:b@x</Sip><Client>c</Client>'

  it('ring at once; the first to answer is joined, the others are dropped', async () => {
    const { rig, call, called, asked } = await dialing('', three)
    expect(rig.calls.dials.map(({ to }) => to)).toEqual(['1', 'sip:b@x', 'client:c'])
    called()[0]!.end({ status: 'busy' })
    called()[1]!.pickUp()
    await rig.settle()
    expect(call.partner).toBe(called()[1])
    expect(called()[2]!.told).toEqual(['hangup another party answered'])
    called()[1]!.hangUp()
    await rig.settle()
    expect(asked()).toMatchObject({ DialCallSid: called()[1]!.identity.callSid, DialCallStatus: 'completed' })
  })

  it('of whom none answers: as the last one did', async () => {
    const { rig, called, asked } = await dialing('', three)
    called()[2]!.end({ status: 'no-answer' })
    called()[0]!.end({ status: 'failed' })
    called()[1]!.end({ status: 'busy', sipStatus: 486 })
    await rig.settle()
    expect(asked()).toMatchObject({ DialCallStatus: 'busy', DialSipResponseCode: '486' })
  })

  it('ring one after the other where that is wanted', async () => {
    const { rig, call, called } = await dialing('sequential="true"', three)
    expect(rig.calls.dials.length).toBe(1)
    called()[0]!.end({ status: 'no-answer' })
    await rig.settle()
    expect(rig.calls.dials.length).toBe(2)
    called()[1]!.pickUp()
    await rig.settle()
    expect(call.partner).toBe(called()[1])
    expect(rig.calls.dials.length).toBe(2)
  })
})

describe('recording', () => {
  it('begins with the conversation, ends with it, and is told', async () => {
    const { rig, call, called, asked } = await dialing(
      'record="record-from-answer-dual" trim="do-not-trim"',
      '1',
    )
    expect(call.recordings).toEqual([])
    called()[0]!.pickUp()
    await rig.settle()
    expect(call.recordings[0]!.wish).toMatchObject({ channels: 'dual', track: 'both', trim: false })
    called()[0]!.hangUp()
    await rig.settle()
    expect(asked()).toMatchObject({ RecordingSid: call.recordings[0]!.id, RecordingDuration: '2' })
  })

  it('begins with the ringing where that is wanted', async () => {
    const { call } = await dialing('record="record-from-ringing"', '1')
    expect(call.recordings[0]!.wish).toMatchObject({ channels: 'single' })
  })
})

it('warns of what is not as it must be', async () => {
  const { rig, asked } = await dialing('timeout="0" record="yes" hangupOnStar="1"', '<Sip>bob</Sip><Fax/>')
  expect(rig.problems).toEqual([13212, 13213, 13217, 13215, 13243, 13223])
  expect(asked()).toMatchObject({ DialCallStatus: 'failed' })
})
