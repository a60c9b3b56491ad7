import { writeFileSync } from 'node:fs'
import twilio from 'twilio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/index.js'
import { ExpressApp } from './support/app.js'
import { account, patience, Rig, until, untilAsync } from './support/rig.js'

const from = '+15550001111'
const to = '+15550002222'

describe("the API under /2010-04-01, by the vendor's SDK", { timeout: patience }, () => {
  let app: ExpressApp
  let rig: Rig
  let client: twilio.Twilio
  beforeAll(async () => {
    app = await ExpressApp.start(account.authToken)
    rig = await Rig.start({ numbers: [{ number: '+15551230002', voiceUrl: `${app.url}/voice` }] })
    client = rig.client
    app.pages['/voice'] = '<Response><Say>Hello</Say><Pause length="60"/></Response>'
  }, patience)
  afterAll(async () => {
    await rig?.stop()
    await app?.stop()
  })
  const create = async (more: object = {}) => {
    const making = client.calls.create({ from, to, url: `${app.url}/voice`, ...more })
    const dialled = rig.calls.all.length
    await until(() => rig.calls.all.length > dialled)
    const call = rig.calls.last
    return { call, made: await making }
  }

  it('makes a call, runs its TwiML from the answer on, tells of its progress', async () => {
    const { call, made } = await create({
      statusCallback: `${app.url}/progress`,
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      sendDigits: '12#',
      timeout: 20,
    })
    expect(made).toMatchObject({ sid: call.identity.callSid, to, from, direction: 'outbound-api' })
    expect(rig.calls.dials.at(-1)).toMatchObject({ to, from, answerTimeoutMs: 20_000 })
    call.ringing()
    expect(app.of('/voice')).toHaveLength(0)
    call.pickUp()
    expect(call.announcements[0]!.item).toMatchObject({ kind: 'digits', digits: '12#' })
    call.finishAnnouncement()
    await until(() => call.announcements.length === 2)
    expect(call.announcements[1]!.item).toMatchObject({ text: 'Hello' })
    await rig.clock.run(61_000)
    call.end({ sipStatus: 200, by: 'callee' })
    await until(() => app.of('/progress').length === 4)
    const told = app.of('/progress').map(({ body }) => [body['SequenceNumber'], body['CallStatus']])
    expect(told).toEqual([
      ['0', 'initiated'],
      ['1', 'ringing'],
      ['2', 'in-progress'],
      ['3', 'completed'],
    ])
    expect(app.of('/progress')[3]!.body).toMatchObject({
      CallSid: made.sid,
      CallDuration: '61',
      Duration: '2',
      SipResponseCode: '200',
      Direction: 'outbound-api',
    })
  })

  it('changes what a call does, and ends it', async () => {
    const { call, made } = await create({
      twiml: '<Response><Pause length="60"/></Response>',
      url: undefined,
    })
    await expect(
      client.calls(made.sid).update({ twiml: '<Response><Say>Early</Say></Response>' }),
    ).rejects.toMatchObject({
      code: 21220,
      status: 400,
    })
    call.pickUp()
    const during = await client.calls(made.sid).update({ twiml: '<Response><Say>Instead</Say></Response>' })
    expect(during).toMatchObject({ status: 'in-progress', duration: null })
    await until(() => call.announcements.length > 0)
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Instead' })
    await client.calls(made.sid).update({ status: 'completed' })
    expect(call.state).toBe('ended')
    expect(await client.calls(made.sid).fetch()).toMatchObject({ status: 'completed', duration: '0' })
    await expect(client.calls(made.sid).update({ status: 'completed' })).rejects.toMatchObject({
      code: 21220,
    })
    expect(await client.calls(made.sid).remove()).toBe(true)
    await expect(client.calls(made.sid).fetch()).rejects.toMatchObject({ code: 20404, status: 404 })
  })

  it('lists calls by what is known of them, page by page', async () => {
    const sids: string[] = []
    for (let i = 0; i < 5; i++) {
      await rig.clock.run(1000)
      const { call, made } = await create({ to: '+15559998888' })
      sids.unshift(made.sid)
      if (i < 2) call.end({ status: 'no-answer' })
    }
    const listed = await client.calls.list({ to: '+15559998888', pageSize: 2 })
    expect(listed.map(({ sid }) => sid)).toEqual(sids)
    const unanswered = await client.calls.list({ to: '+15559998888', status: 'no-answer' })
    expect(unanswered.map(({ sid }) => sid)).toEqual(sids.slice(3))
    const page = await client.calls.page({ to: '+15559998888', pageSize: 2 })
    await rig.clock.run(1000)
    const { call: later } = await create({ to: '+15559998888' })
    const next = await page.nextPage()
    expect(next!.instances.map(({ sid }) => sid)).toEqual(sids.slice(2, 4))
    expect((await next!.previousPage())!.instances.map(({ sid }) => sid)).toEqual([
      later.identity.callSid,
      sids[0],
    ])
    const before = new Date(rig.clock.now() - 86_400_000)
    expect(await client.calls.list({ startTimeBefore: before })).toEqual([])
    expect((await client.calls.list({ startTimeAfter: before, limit: 3 })).length).toBe(3)
  })

  it('refuses as Twilio does', async () => {
    await expect(client.calls.create({ from, to })).rejects.toMatchObject({ code: 21205 })
    await expect(client.calls.create({ from, to, url: 'not a url' })).rejects.toMatchObject({ code: 21205 })
    const sid = 'CA00000000000000000000000000000009'
    const error = await client
      .calls(sid)
      .fetch()
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      status: 404,
      code: 20404,
      message: `The requested resource /2010-04-01/Accounts/${account.sid}/Calls/${sid}.json was not found`,
      moreInfo: 'https://www.twilio.com/docs/errors/20404',
    })
    const stranger = twilio(account.sid, 'another-token')
    stranger.api.baseUrl = rig.url
    await expect(stranger.calls.list()).rejects.toMatchObject({ code: 20003, status: 401 })
    const [key, secret] = Object.entries(account.apiKeys)[0]!
    const keyed = twilio(key, secret, { accountSid: account.sid })
    keyed.api.baseUrl = rig.url
    expect(await keyed.api.accounts(account.sid).fetch()).toMatchObject({
      sid: account.sid,
      status: 'active',
    })
  })

  it('keeps numbers and applications', async () => {
    const application = await client.applications.create({
      friendlyName: 'Desk',
      voiceUrl: `${app.url}/voice`,
    })
    const number = await client.incomingPhoneNumbers.create({
      phoneNumber: '+15557770000',
      voiceApplicationSid: application.sid,
    })
    expect(number).toMatchObject({ phoneNumber: '+15557770000', friendlyName: '+15557770000' })
    const call = rig.incoming({ to: '+15557770000' })
    await until(() => call.announcements.length === 1)
    expect(app.of('/voice').at(-1)!.body).toMatchObject({ ApplicationSid: application.sid })
    call.hangUp()
    const { call: placed } = await create({ applicationSid: application.sid, url: `${app.url}/elsewhere` })
    placed.pickUp()
    await until(() => placed.announcements.length === 1)
    expect(app.of('/elsewhere')).toEqual([])
    placed.hangUp()
    expect(await client.calls(call.identity.callSid).fetch()).toMatchObject({ phoneNumberSid: number.sid })
    // Browsers dial an application itself.
    const other = rig.incoming({ to: application.sid })
    await until(() => other.announcements.length === 1)
    expect(app.of('/voice').at(-1)!.body).toMatchObject({ ApplicationSid: application.sid })
    other.hangUp()
    expect(
      (await client.incomingPhoneNumbers(number.sid).update({ friendlyName: 'Front' })).friendlyName,
    ).toBe('Front')
    expect((await client.incomingPhoneNumbers.list()).map(({ phoneNumber }) => phoneNumber)).toEqual([
      '+15557770000',
      '+15551230002',
    ])
    const free = await client.incomingPhoneNumbers.tollFree.create({ phoneNumber: '+18005550100' })
    expect((await client.incomingPhoneNumbers.tollFree.list()).map(({ sid }) => sid)).toEqual([free.sid])
    expect((await client.incomingPhoneNumbers.local.list()).map(({ phoneNumber }) => phoneNumber)).toEqual([
      '+15557770000',
      '+15551230002',
    ])
    expect(await client.incomingPhoneNumbers.mobile.list()).toEqual([])
    expect(await client.incomingPhoneNumbers(free.sid).remove()).toBe(true)
    expect(await client.incomingPhoneNumbers(number.sid).remove()).toBe(true)
    expect(await client.applications(application.sid).remove()).toBe(true)
    expect(await client.applications.list()).toEqual([])
    const [configured] = await client.incomingPhoneNumbers.list()
    await expect(
      client.incomingPhoneNumbers(configured!.sid).update({ friendlyName: 'x' }),
    ).rejects.toMatchObject({ code: 20001 })
  })

  it('tells what went on between a call and its app', async () => {
    const { call, made } = await create({ url: `${app.url}/nowhere`, callReason: 'why' })
    app.pages['/nowhere'] = '<Response><Dance/></Response>'
    call.pickUp()
    await until(() => call.state === 'ended')
    const events = await client.calls(made.sid).events.list()
    expect(events).toHaveLength(1)
    expect(events[0]!.request).toMatchObject({ url: `${app.url}/nowhere`, method: 'POST' })
    expect(events[0]!.response).toMatchObject({ response_code: 200 })
    const notices = await client.calls(made.sid).notifications.list()
    expect(notices.map(({ messageText }) => messageText).sort()).toEqual([
      expect.stringMatching(/Dance/),
      'CallReason has no effect',
    ])
    const listed = async (options: object) =>
      (await client.calls(made.sid).notifications.list(options)).length
    expect([await listed({ log: 0 }), await listed({ log: 1 })]).toEqual([0, 2])
    const day = new Date(rig.clock.now())
    const before = new Date(rig.clock.now() - 86_400_000)
    expect([await listed({ messageDate: day }), await listed({ messageDate: before })]).toEqual([2, 0])
    expect(await client.calls(made.sid).notifications(notices[0]!.sid).fetch()).toMatchObject({
      callSid: made.sid,
      log: '1',
    })
  })

  it("has call-backs in the call's log, and tells of those that nobody took", async () => {
    const { call, made } = await create({ statusCallback: 'http://127.0.0.1:1/gone' })
    call.end({ status: 'no-answer' })
    const { notifications } = client.calls(made.sid)
    const told = await untilAsync(async () => {
      const found = await notifications.list()
      return found.length > 0 ? found : undefined
    })
    expect(told).toMatchObject([
      { errorCode: '11205', log: '1', requestUrl: 'http://127.0.0.1:1/gone', requestMethod: 'POST' },
    ])
    const whole = await notifications(told[0]!.sid).fetch()
    expect(new URLSearchParams(whole.requestVariables).get('CallStatus')).toBe('no-answer')
    const [event] = await client.calls(made.sid).events.list()
    expect(event!.request).toMatchObject({ url: 'http://127.0.0.1:1/gone' })
    expect(event!.response).toMatchObject({ response_code: null })
  })

  it('records calls, pauses, and hands the audio out', async () => {
    const { call, made } = await create()
    call.pickUp()
    const { recordings } = client.calls(made.sid)
    const recording = await recordings.create({
      recordingChannels: 'dual',
      recordingStatusCallback: `${app.url}/recorded`,
    })
    expect(recording).toMatchObject({ status: 'in-progress', channels: 2, source: 'StartCallRecordingAPI' })
    const [running] = call.recordings
    expect(running!.wish).toMatchObject({ channels: 'dual', track: 'both', format: 'wav' })
    expect(await recordings('Twilio.CURRENT').update({ status: 'paused' })).toMatchObject({
      status: 'paused',
    })
    expect(running!.paused).toBe(true)
    const pcm = Int16Array.from({ length: 16_000 }, (_, i) => (i % 100) * 100)
    const wav = encodeWav(pcm, 8000)
    writeFileSync(running!.wish.path, wav)
    await recordings('Twilio.CURRENT').update({ status: 'stopped' })
    expect(await recordings(recording.sid).fetch()).toMatchObject({ status: 'completed', duration: '2' })
    await until(() => app.of('/recorded').length === 1)
    const { RecordingUrl, RecordingStatus } = app.of('/recorded')[0]!.body
    expect(RecordingStatus).toBe('completed')
    const bytes = new Uint8Array(await (await fetch(`${RecordingUrl}.wav`)).arrayBuffer())
    expect(bytes).toEqual(new Uint8Array(wav))
    const mp3 = await fetch(`${RecordingUrl}.mp3`)
    expect(mp3.headers.get('content-type')).toBe('audio/mpeg')
    expect(new Uint8Array(await mp3.arrayBuffer())[0]).toBe(0xff)
    expect((await client.recordings.list({ callSid: made.sid })).map(({ sid }) => sid)).toEqual([
      recording.sid,
    ])
    expect(await client.recordings(recording.sid).remove()).toBe(true)
    expect((await fetch(`${RecordingUrl}.wav`)).status).toBe(404)
    expect((await fetch(`${RecordingUrl}.json`)).status).toBe(401)
    call.hangUp()
  })

  it('tells of a recording that was asked for with the call when the call is over', async () => {
    const { call, made } = await create({
      record: true,
      recordingChannels: 'dual',
      statusCallback: `${app.url}/over`,
      statusCallbackEvent: ['answered', 'completed'],
    })
    call.pickUp()
    await until(() => call.recordings.length === 1)
    call.end({ by: 'callee', sipStatus: 200 })
    await until(() => app.of('/over').length === 2)
    const [recording] = await client.calls(made.sid).recordings.list()
    expect(recording).toMatchObject({ source: 'OutboundAPI', channels: 2, status: 'completed' })
    expect(app.of('/over')[1]!.body).toMatchObject({
      CallStatus: 'completed',
      SequenceNumber: '1',
      RecordingSid: recording!.sid,
      RecordingUrl: `${rig.url}/2010-04-01/Accounts/${account.sid}/Recordings/${recording!.sid}`,
      RecordingDuration: '2',
    })
    expect(app.of('/over')[0]!.body).not.toHaveProperty('RecordingSid')
  })

  it('has a warning for every parameter that changes nothing', async () => {
    const { call, made } = await create({ byoc: 'BY1', method: 'GET', recordingChannels: 'dual' })
    call.pickUp()
    await client.calls(made.sid).recordings.create({ recordingConfigurationId: 'x' })
    const notices = await client.calls(made.sid).notifications.list()
    expect(notices.map(({ messageText }) => messageText).sort()).toEqual([
      'Byoc has no effect',
      'RecordingChannels has no effect',
      'RecordingConfigurationId has no effect',
    ])
    call.hangUp()
  })

  it('moderates conferences', async () => {
    const twiml = '<Response><Dial><Conference beep="false">Meeting</Conference></Dial></Response>'
    const [one, other] = [await create({ twiml, url: undefined }), await create({ twiml, url: undefined })]
    one.call.pickUp()
    other.call.pickUp()
    await until(() => other.call.conference && one.call.conference)
    const [conference] = await client.conferences.list({ status: 'in-progress' })
    expect(conference).toMatchObject({ friendlyName: 'Meeting', status: 'in-progress' })
    const room = client.conferences(conference!.sid)
    expect((await room.participants.list()).map(({ callSid }) => callSid)).toEqual([
      one.made.sid,
      other.made.sid,
    ])
    expect(await room.participants(one.made.sid).update({ muted: true })).toMatchObject({ muted: true })
    expect(one.call.conference).toMatchObject({ options: { muted: true } })
    expect(await room.participants(other.made.sid).remove()).toBe(true)
    expect(await room.update({ status: 'completed' })).toMatchObject({
      status: 'completed',
      reasonConferenceEnded: 'conference-ended-via-api',
    })
    await until(() => one.call.state === 'ended')
    await expect(room.participants(one.made.sid).fetch()).rejects.toMatchObject({ code: 20404 })
  })
})
