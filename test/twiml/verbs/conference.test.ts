import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { elementOf } from '../../../src/twiml/index.js'
import type { FakeCall } from '../../support/fake-call.js'
import { APP, Rig, response } from '../support/rig.js'

const conference = (attributes = '', dial = 'action="/done"') =>
  response(`<Dial ${dial}><Conference ${attributes}>Room</Conference></Dial>`, '<Say>Next</Say>')

/** A rig, and calls that take part in a conference by the attributes given, one after the other. */
async function meeting(...attributes: string[]) {
  const rig = new Rig()
  rig.pages['/done'] = response('<Pause length="99"/>')
  const calls: FakeCall[] = []
  const come = async (more: string, dial?: string) => {
    const { call } = await rig.start(conference(more, dial))
    calls.push(call)
    return call
  }
  for (const more of attributes) await come(more)
  const room = () => rig.twiml.conferences.get('Room')!
  return { rig, calls, come, room }
}

const inRoom = ({ conference }: FakeCall) => conference !== undefined
const sound = (call: FakeCall) =>
  call.announcements.filter(({ isOver }) => !isOver).map(({ item }) => item.kind)

describe('a conference', () => {
  it('begins with the second who comes; the first waits with music', async () => {
    const { calls, come, room } = await meeting('')
    const [first] = calls
    expect(first!.told).toEqual(['ring', 'answer', 'announce tone'])
    expect(room().status).toBe('init')
    const second = await come('')
    expect(sound(first!)).toEqual([])
    expect(first!.conference).toEqual({
      name: room().sid,
      options: { muted: false, held: false, coaches: null },
    })
    expect(second.conference?.name).toBe(room().sid)
    expect(room().status).toBe('in-progress')
  })

  it('waits for one who may begin it', async () => {
    const { calls, come } = await meeting('startConferenceOnEnter="false"', 'startConferenceOnEnter="false"')
    expect(calls.map(inRoom)).toEqual([false, false])
    await come('')
    expect(calls.map(inRoom)).toEqual([true, true, true])
  })

  it('has a document for those who wait, and silence after it', async () => {
    const rig = new Rig()
    rig.pages['/wait'] = response('<Say>Soon</Say>', '<Dial>1</Dial>')
    const voice = new twilio.twiml.VoiceResponse()
    voice.dial().conference({ waitUrl: '/wait', waitMethod: 'GET', beep: 'false' }, 'Room')
    const { call } = await rig.start(voice.toString())
    expect(rig.asked('/wait')).toMatchObject({ method: 'GET' })
    expect(rig.problems).toEqual([12200])
    await rig.finish(call)
    await rig.pass(10_000)
    expect(sound(call)).toEqual([])
    expect(rig.requests.length).toBe(2)
  })

  it('has the melody where the document cannot be had, and nothing where none is wanted', async () => {
    const { rig, calls } = await meeting('waitUrl="/gone"')
    expect(sound(calls[0]!)).toEqual(['tone'])
    expect(rig.problems).toEqual([11200])
    expect((await meeting('waitUrl=""')).calls[0]!.announcements).toEqual([])
  })

  it('beeps for who comes and goes, as they wish', async () => {
    const { rig, calls, come } = await meeting('', '')
    const beeps = () => calls.map(({ told }) => told.filter((line) => line === 'announce over beep').length)
    expect(beeps()).toEqual([0, 0])
    const third = await come('')
    expect(beeps()).toEqual([1, 1, 1])
    const fourth = await come('beep="onExit"')
    expect(beeps()).toEqual([1, 1, 1, 0])
    fourth.hangUp()
    await rig.settle()
    expect(beeps()).toEqual([2, 2, 2, 0])
    third.hangUp()
    await rig.settle()
    expect(beeps()).toEqual([3, 3, 2, 0])
  })

  it('takes people muted, and coaches', async () => {
    const { calls, come } = await meeting('', 'muted="true"')
    expect(calls[1]!.conference?.options.muted).toBe(true)
    const coach = await come(`coach="${calls[0]!.identity.callSid}"`)
    expect(coach.conference?.options.coaches).toBe(calls[0]!.identity.callSid)
  })

  it('does not take a coach of somebody who is not there', async () => {
    const { rig, come } = await meeting('')
    const coach = await come('coach="CA1"')
    expect(coach.conference).toBeUndefined()
    expect(rig.problems).toEqual([13240])
    expect(rig.asked('/done')!.parameters).toMatchObject({ DialCallStatus: 'failed' })
  })

  it('is full, or has somebody of that name: the call goes on', async () => {
    const { rig, come, room } = await meeting('maxParticipants="2" participantLabel="a"')
    await come('participantLabel="a"')
    expect(rig.problems).toEqual([16025])
    await come('')
    await come('')
    expect(rig.problems).toEqual([16025, 12200])
    expect(room().participants.length).toBe(2)
  })

  it('ends for all when one leaves whose exit ends it', async () => {
    const { rig, calls, room } = await meeting('endConferenceOnExit="true"', '', '')
    const ended = room()
    calls[0]!.hangUp()
    await rig.settle()
    expect(ended.status).toBe('completed')
    expect(calls.map(inRoom)).toEqual([true, false, false])
    expect(calls[1]!.told).toContain('leave conference')
    const asked = rig.requests.filter(({ url }) => url === `${APP}/done`)
    expect(asked.map(({ parameters }) => [parameters['DialCallStatus'], parameters['CallStatus']])).toEqual([
      ['answered', 'completed'],
      ['answered', 'in-progress'],
      ['answered', 'in-progress'],
    ])
  })

  it('of the same name is another one once it is over', async () => {
    const { rig, calls, come, room } = await meeting('')
    const { sid } = room()
    calls[0]!.hangUp()
    await rig.settle()
    expect(rig.twiml.conferences.get('Room')).toBeUndefined()
    expect(rig.twiml.conferences.get(sid)).toBeUndefined()
    await come('')
    expect(room().sid).not.toBe(sid)
    expect(rig.twiml.conferences.list().length).toBe(1)
  })

  it('is left by the star key, by the time limit, and for other instructions', async () => {
    const { rig, calls, come } = await meeting('', '')
    const star = await come('', 'hangupOnStar="true"')
    star.press('*')
    await rig.settle()
    expect(star.conference).toBeUndefined()
    expect(star.announcements.at(-1)!.item).toMatchObject({ text: 'Next' })
    const late = await come('', 'timeLimit="60"')
    await rig.pass(61_000)
    expect(late.conference).toBeUndefined()
    rig.twiml.run({ call: calls[0]!, source: { twiml: response('<Pause/>') } })
    await rig.settle()
    expect(calls[0]!.conference).toBeUndefined()
    expect(inRoom(calls[1]!)).toBe(true)
  })

  it('tells the call-back of whoever came first', async () => {
    const { rig, calls, come, room } = await meeting(
      'statusCallback="/status" statusCallbackEvent="start end join leave mute hold modify" participantLabel="one"',
      'statusCallback="/other"',
    )
    await come('muted="true" endConferenceOnExit="true"')
    const { sid } = room()
    room().change(room().seat('one')!, { muted: true })
    room().change(room().seat('one')!, { muted: false, held: true, beep: 'false' })
    calls[1]!.hangUp()
    calls[2]!.hangUp()
    await rig.settle()
    expect(new Set(rig.callbacks.map(({ url, method }) => `${method} ${url}`))).toEqual(
      new Set([`POST ${APP}/status`]),
    )
    expect(
      rig.callbacks.map(({ parameters }) => [
        parameters['SequenceNumber'],
        parameters['StatusCallbackEvent'],
        parameters['CallSid'],
      ]),
    ).toEqual([
      ['1', 'participant-join', calls[0]!.identity.callSid],
      ['2', 'participant-join', calls[1]!.identity.callSid],
      ['3', 'conference-start', undefined],
      ['4', 'participant-join', calls[2]!.identity.callSid],
      ['5', 'participant-mute', calls[0]!.identity.callSid],
      ['6', 'participant-unmute', calls[0]!.identity.callSid],
      ['7', 'participant-hold', calls[0]!.identity.callSid],
      ['8', 'participant-modify', calls[0]!.identity.callSid],
      ['9', 'participant-leave', calls[1]!.identity.callSid],
      ['10', 'participant-leave', calls[2]!.identity.callSid],
      ['11', 'participant-leave', calls[0]!.identity.callSid],
      ['12', 'conference-end', undefined],
    ])
    const [joined, , , third] = rig.callbacks
    expect(joined!.parameters).toMatchObject({
      ConferenceSid: sid,
      FriendlyName: 'Room',
      ParticipantLabel: 'one',
      Muted: 'false',
      Hold: 'false',
      Coaching: 'false',
      EndConferenceOnExit: 'false',
      StartConferenceOnEnter: 'true',
      Timestamp: 'Tue, 14 Nov 2023 22:13:20 +0000',
    })
    expect(third!.parameters).toMatchObject({ Muted: 'true', EndConferenceOnExit: 'true' })
    expect(rig.callbacks[8]!.parameters).toMatchObject({
      ReasonParticipantLeft: 'participant_hung_up',
      ParticipantCallStatus: 'completed',
    })
    expect(rig.callbacks[10]!.parameters).toMatchObject({
      ReasonParticipantLeft: 'moderator_ended_conference',
      ParticipantCallStatus: 'in-progress',
    })
    expect(rig.callbacks[11]!.parameters).toMatchObject({
      ReasonConferenceEnded: 'participant-with-end-conference-on-exit-left',
      CallSidEndingConference: calls[2]!.identity.callSid,
    })
  })

  it('holds somebody with music of their own, and takes them back', async () => {
    const { rig, calls, room } = await meeting('', '')
    rig.pages['/hold'] = response('<Play>/music.mp3</Play>')
    const seat = room().seat(calls[0]!.identity.callSid)!
    room().change(seat, { held: true, holdUrl: `${APP}/hold` })
    await rig.settle()
    expect(calls[0]!.conference?.options.held).toBe(true)
    expect(rig.asked('/hold')).toMatchObject({ method: 'GET' })
    expect(sound(calls[0]!)).toEqual(['media'])
    room().change(seat, { held: false })
    await rig.settle()
    expect(sound(calls[0]!)).toEqual([])
    expect(calls[0]!.conference?.options.held).toBe(false)
  })

  it('tells who speaks, as far as the others hear it', async () => {
    const { rig, calls, room } = await meeting(
      'statusCallback="/status" statusCallbackEvent="speaker"',
      'statusCallback="/other" statusCallbackEvent="speaker"',
    )
    const [one, two] = calls
    const told = () =>
      rig.callbacks.map(({ parameters }) => [parameters['StatusCallbackEvent'], parameters['CallSid']])
    one!.voices[0]!.speaks(true)
    two!.voices[0]!.speaks(true)
    one!.voices[0]!.speaks(false)
    const [start, stop] = ['participant-speech-start', 'participant-speech-stop']
    const sids = calls.map(({ identity }) => identity.callSid)
    expect(told()).toEqual([
      [start, sids[0]],
      [start, sids[1]],
      [stop, sids[0]],
    ])
    const seat = room().seat(sids[1]!)!
    room().change(seat, { muted: true })
    room().change(seat, { held: true })
    one!.voices[0]!.speaks(true)
    room().change(seat, { muted: false })
    expect(told().slice(3)).toEqual([
      [stop, sids[1]],
      [start, sids[0]],
    ])
    room().change(seat, { held: false })
    expect(told().at(-1)).toEqual([start, sids[1]])
    two!.hangUp()
    await rig.settle()
    expect(two!.voices[0]!.stopped).toBe(true)
    expect(told().length).toBe(6)
  })

  it('does not watch who speaks where nobody asks', async () => {
    const { calls } = await meeting('statusCallback="/status"', 'statusCallbackEvent="speaker"')
    expect(calls.map(({ voices }) => voices.length)).toEqual([0, 0])
  })

  it('holds back as much of what somebody says as asked', async () => {
    const { calls } = await meeting('jitterBufferSize="small"', 'jitterBufferSize="large"', '')
    const limits = calls.map(({ told }) => told.filter((line) => line.startsWith('limit delay')))
    expect(limits).toEqual([['limit delay 60'], ['limit delay as ever'], []])
  })

  it('is told something', async () => {
    const { rig, calls, room } = await meeting(
      'statusCallback="/status" statusCallbackEvent="announcement"',
      '',
    )
    rig.pages['/news'] = response('<Say>News</Say>')
    room().announce(`${APP}/news`, 'POST')
    await rig.settle()
    expect(calls.map(sound)).toEqual([['speech'], ['speech']])
    for (const call of calls) await rig.finish(call)
    expect(rig.callbacks.map(({ event }) => event)).toEqual(['announcement-end'])
    expect(rig.callbacks[0]!.parameters).toMatchObject({ AnnounceUrl: `${APP}/news` })
    expect(rig.callbacks[0]!.parameters['CallSid']).toBeUndefined()
    const [first] = room().participants
    room().announce(`${APP}/gone`, 'POST', first)
    await rig.settle()
    expect(rig.callbacks.at(-1)).toMatchObject({
      event: 'announcement-fail',
      parameters: { CallSid: first!.call.identity.callSid },
    })
  })

  it('is ended by command', async () => {
    const { rig, calls, room } = await meeting('statusCallback="/status"', '')
    room().end()
    await rig.settle()
    expect(calls.map(inRoom)).toEqual([false, false])
    expect(rig.callbacks.at(-1)!.parameters).toMatchObject({
      ReasonConferenceEnded: 'conference-ended-via-api',
    })
  })

  it('is recorded from its beginning', async () => {
    const { rig, calls, come, room } = await meeting(
      'record="record-from-start" recordingStatusCallback="/recorded"',
    )
    expect(calls[0]!.recordings).toEqual([])
    await come('')
    expect(calls[0]!.recordings[0]!.wish).toMatchObject({ channels: 'single', track: 'both' })
    const { sid } = room()
    for (const call of calls) call.hangUp()
    await rig.settle()
    expect(rig.callbacks.at(-1)!.parameters).toMatchObject({
      RecordingStatus: 'completed',
      RecordingSource: 'Conference',
      ConferenceSid: sid,
    })
  })

  describe('hears somebody who is called for it', () => {
    /** @param attributes of those who are there already */
    const calling = async (attributes: string[], earlyMedia = true) => {
      const there = await meeting(...attributes)
      const called = there.rig.calls.dial({ to: '1', from: '2', route: 'test' })
      there.rig.twiml.invite(called, elementOf('Conference', {}, ['Room']), earlyMedia)
      return { ...there, called }
    }

    it('by the sounds of their network, in place of the music', async () => {
      const { rig, calls, called, room } = await calling([''])
      called.ringing(true)
      await rig.settle()
      expect(sound(calls[0]!)).toEqual([])
      expect([calls[0]!, called].map((call) => call.conference?.name)).toEqual([room().sid, room().sid])
      expect(room().status).toBe('init')
      called.pickUp()
      rig.twiml.run({ call: called, source: { twiml: conference() } })
      await rig.settle()
      expect(room().status).toBe('in-progress')
      expect(called.conference?.name).toBe(room().sid)
    })

    it('by a ringing tone where there are none, until they answer, or have sounds', async () => {
      const { rig, calls, called } = await calling([''])
      called.ringing()
      called.ringing()
      await rig.settle()
      expect(sound(calls[0]!)).toEqual([])
      expect(calls[0]!.overlays.map(({ item, isOver }) => [item, isOver])).toEqual([
        [{ kind: 'tone', tone: 'ringback', country: 'us' }, false],
      ])
      called.end({ status: 'no-answer' })
      expect(calls[0]!.overlays[0]!.isOver).toBe(true)
    })

    it('in a conference that goes on, all but those who are held', async () => {
      const { calls, called, room } = await calling(['beep="false"', 'beep="false"', 'beep="false"'])
      room().change(room().participants[2]!, { held: true })
      called.ringing()
      expect(calls.map(({ overlays }) => overlays.length)).toEqual([1, 1, 0])
      called.ringing(true)
      expect(calls.flatMap(({ overlays }) => overlays.map(({ isOver }) => isOver))).toEqual([true, true])
      expect(called.conference?.name).toBe(room().sid)
    })

    it('not where several wait for its beginning, nor where it is not wanted', async () => {
      const waiting = await calling(['startConferenceOnEnter="false"', 'startConferenceOnEnter="false"'])
      waiting.called.ringing(true)
      expect(waiting.called.conference).toBeUndefined()
      const deaf = await calling([''], false)
      deaf.called.ringing(true)
      expect(deaf.called.conference).toBeUndefined()
      expect(sound(deaf.calls[0]!)).toEqual(['tone'])
    })
  })

  it('has a name', async () => {
    const rig = new Rig()
    await rig.start(response('<Dial><Conference/></Dial>', '<Pause/>'))
    expect(rig.problems).toEqual([13237])
  })
})
