import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FakeCall } from '../support/fake-call.js'
import { ExpressApp } from './support/app.js'
import { account, patience, Rig, until } from './support/rig.js'

const from = '+15550001111'

describe("conferences, by the vendor's SDK", { timeout: patience }, () => {
  let app: ExpressApp
  let rig: Rig
  beforeAll(async () => {
    app = await ExpressApp.start(account.authToken)
    rig = await Rig.start()
  }, patience)
  afterAll(async () => {
    await rig?.stop()
    await app?.stop()
  })

  /** Has the API call somebody for a conference. */
  const invite = async (conference: string, more: object = {}) => {
    const making = rig.client
      .conferences(encodeURIComponent(conference))
      .participants.create({ from, to: '+15550002222', ...more })
    const dialled = rig.calls.all.length
    await until(() => rig.calls.all.length > dialled)
    const call: FakeCall = rig.calls.last
    return { call, made: await making }
  }
  const inConference = (call: FakeCall) => until(() => call.conference)

  it('are made of people whom the API calls', async () => {
    const first = await invite('Daily 100% stand-up', {
      label: 'one',
      beep: 'false',
      endConferenceOnExit: true,
      statusCallback: `${app.url}/progress`,
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      conferenceStatusCallback: `${app.url}/conference`,
      conferenceStatusCallbackEvent: ['start', 'end', 'join', 'leave', 'mute', 'hold'],
      timeout: 20,
    })
    expect(first.made).toMatchObject({
      status: 'queued',
      callSid: first.call.identity.callSid,
      label: 'one',
      endConferenceOnExit: true,
    })
    expect(rig.calls.dials.at(-1)).toMatchObject({ to: '+15550002222', from, answerTimeoutMs: 20_000 })
    const room = rig.client.conferences(first.made.conferenceSid)
    expect(await room.fetch()).toMatchObject({ friendlyName: 'Daily 100% stand-up', status: 'init' })
    first.call.ringing()
    expect(await room.participants('one').fetch()).toMatchObject({ status: 'ringing' })
    await expect(room.participants('one').update({ muted: true })).rejects.toMatchObject({ code: 21220 })
    first.call.pickUp()
    await until(() => first.call.announcements.length === 1)
    expect(await room.participants('one').fetch()).toMatchObject({ status: 'connected' })

    const second = await invite(first.made.conferenceSid, { muted: true, beep: 'false' })
    expect(second.made).toMatchObject({ conferenceSid: first.made.conferenceSid, muted: true })
    await expect(room.participants.create({ from, to: '+15550003333', label: 'one' })).rejects.toMatchObject({
      code: 20001,
    })
    second.call.pickUp()
    await inConference(second.call)
    await inConference(first.call)
    expect(second.call.conference!.options).toEqual({ muted: true, held: false, coaches: null })
    expect(await room.fetch()).toMatchObject({ status: 'in-progress' })
    expect((await room.participants.list({ muted: true })).map(({ callSid }) => callSid)).toEqual([
      second.made.callSid,
    ])
    const one = room.participants('one')
    expect(await one.update({ hold: true, holdUrl: `${app.url}/hold` })).toMatchObject({ hold: true })
    expect(first.call.conference!.options.held).toBe(true)
    await until(() => app.of('/hold').length === 1)
    expect(await one.update({ hold: false, muted: true })).toMatchObject({ hold: false, muted: true })
    expect(await one.update({ coaching: true, callSidToCoach: second.made.callSid })).toMatchObject({
      coaching: true,
      callSidToCoach: second.made.callSid,
    })
    app.pages['/news'] = '<Response><Say>News</Say></Response>'
    await one.update({ announceUrl: `${app.url}/news`, waitUrl: `${app.url}/music` })
    const [notice] = await rig.client.calls(first.made.callSid).notifications.list()
    expect(notice!.messageText).toBe('WaitUrl has no effect')
    await until(() => first.call.announcements.some(({ item }) => 'text' in item && item.text === 'News'))
    first.call.hangUp()
    await until(() =>
      app.of('/conference').some(({ body }) => body['StatusCallbackEvent'] === 'conference-end'),
    )
    const told = app.of('/conference').map(({ body }) => body)
    expect(told.map((body) => body['StatusCallbackEvent'])).toEqual([
      'participant-join',
      'participant-join',
      'conference-start',
      'participant-hold',
      'participant-mute',
      'participant-unhold',
      'participant-leave',
      'participant-leave',
      'conference-end',
    ])
    expect(told.at(-1)).toMatchObject({ ConferenceSid: first.made.conferenceSid })
    const progress = app.of('/progress').map(({ body }) => body['CallStatus'])
    expect(progress).toEqual(['initiated', 'ringing', 'in-progress', 'completed'])
  })

  it('are known when they are over, and after a restart', async () => {
    const { call, made } = await invite('Yesterday', { beep: 'false' })
    call.pickUp()
    const other = await invite('Yesterday', { beep: 'false' })
    other.call.pickUp()
    await inConference(other.call)
    const { conferences } = rig.client
    expect((await conferences.list({ friendlyName: 'Yesterday' })).length).toBe(1)
    expect(await conferences(made.conferenceSid).update({ status: 'completed' })).toMatchObject({
      status: 'completed',
      reasonConferenceEnded: 'conference-ended-via-api',
    })
    expect(await conferences.list({ friendlyName: 'Yesterday' })).toEqual([])
    const [past] = await conferences.list({ friendlyName: 'Yesterday', status: 'completed' })
    expect(past).toMatchObject({ sid: made.conferenceSid, reasonConferenceEnded: 'conference-ended-via-api' })
    expect(await conferences(past!.sid).participants.list()).toEqual([])
    await expect(conferences(past!.sid).update({ announceUrl: `${app.url}/news` })).rejects.toMatchObject({
      code: 21220,
    })
    await expect(
      conferences(past!.sid).participants.create({ from, to: '+15550002222' }),
    ).rejects.toMatchObject({ code: 20404 })
    await rig.restart()
    expect(await rig.client.conferences(past!.sid).fetch()).toMatchObject({ status: 'completed' })
    const [one, more] = await rig.client.conferences.list({ status: 'completed', pageSize: 1 })
    expect([one!.friendlyName, more!.friendlyName].sort()).toEqual(['Daily 100% stand-up', 'Yesterday'])
    await expect(rig.client.conferences('CF00000000000000000000000000000009').fetch()).rejects.toMatchObject({
      code: 20404,
    })
  })

  it('are over where nobody came', async () => {
    const { call, made } = await invite('Nobody')
    call.end({ status: 'no-answer' })
    expect(await rig.client.conferences(made.conferenceSid).fetch()).toMatchObject({ status: 'completed' })
    const removed = await invite('Nobody')
    expect(await rig.client.conferences('Nobody').participants(removed.made.callSid).remove()).toBe(true)
    expect(removed.call.state).toBe('ended')
  })

  it('have recordings, which go on with whoever is left', async () => {
    const recorded = { conferenceRecord: 'record-from-start', beep: 'false' }
    const record = { ...recorded, conferenceRecordingStatusCallback: `${app.url}/recorded` }
    const { call, made } = await invite('Recorded', record)
    call.pickUp()
    const other = await invite('Recorded', { beep: 'false', record: true })
    const third = await invite('Recorded', { beep: 'false' })
    other.call.pickUp()
    third.call.pickUp()
    await inConference(third.call)
    const { recordings } = rig.client.conferences(made.conferenceSid)
    const [first, ...rest] = await recordings.list()
    expect(rest).toEqual([])
    expect(first).toMatchObject({ source: 'Conference', status: 'in-progress', callSid: made.callSid })
    expect(
      await recordings('Twilio.CURRENT').update({ status: 'paused', pauseBehavior: 'skip' }),
    ).toMatchObject({
      sid: first!.sid,
      status: 'paused',
    })
    expect(call.recordings[0]).toMatchObject({ paused: true, silent: false })
    const [own] = await rig.client.calls(other.made.callSid).recordings.list()
    expect(own).toMatchObject({ source: 'OutboundAPI', conferenceSid: null })
    call.hangUp()
    await until(() => other.call.recordings.length === 2)
    expect((await recordings.list()).map(({ callSid, status }) => [callSid, status])).toEqual([
      [other.made.callSid, 'in-progress'],
      [made.callSid, 'completed'],
    ])
    await until(() => app.of('/recorded').length === 1)
    expect(app.of('/recorded')[0]!.body).toMatchObject({
      ConferenceSid: made.conferenceSid,
      RecordingSid: first!.sid,
      RecordingSource: 'Conference',
    })
    expect(await recordings(first!.sid).remove()).toBe(true)
    expect((await rig.client.recordings.list({ conferenceSid: made.conferenceSid })).length).toBe(1)
    expect(await recordings('Twilio.CURRENT').update({ status: 'stopped' })).toMatchObject({
      status: 'completed',
    })
    await expect(recordings('Twilio.CURRENT').fetch()).rejects.toMatchObject({ code: 20404 })
  })
})
