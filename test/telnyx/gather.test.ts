import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeCall } from '../support/fake-call.js'
import { codes, Rig, settle } from './support/rig.js'

let rig: Rig
let call: FakeCall
beforeEach(async () => {
  rig = await Rig.start()
  call = rig.answered()
})
afterEach(() => rig.close())

const ended = () => rig.payload('call.gather.ended')

describe('gather', () => {
  it('ends at the terminating key, which is not told', async () => {
    await rig.command(call, 'gather', { gather_id: 'mine' })
    call.press('12#')
    expect(ended()).toMatchObject({ digits: '12', status: 'valid', gather_id: 'mine', from: '+15550001111' })
  })

  it('ends when there are as many as there may be', async () => {
    await rig.command(call, 'gather', { maximum_digits: 2, terminating_digit: '*' })
    call.press('#1')
    expect(ended()).toMatchObject({ digits: '#1', status: 'valid' })
  })

  it('waits for the first key, for each that follows, and for all of them', async () => {
    const wait = { initial_timeout_millis: 1000, inter_digit_timeout_millis: 500, timeout_millis: 2000 }
    await rig.command(call, 'gather', wait)
    rig.calls.clock.advance(1000)
    expect(ended()).toMatchObject({ digits: '', status: 'timeout' })

    await rig.command(call, 'gather', wait)
    call.press('1')
    rig.calls.clock.advance(499)
    call.press('2')
    rig.calls.clock.advance(500)
    expect(ended()).toMatchObject({ digits: '12', status: 'valid' })

    await rig.command(call, 'gather', wait)
    for (let i = 0; i < 5; i++) {
      call.press('9')
      rig.calls.clock.advance(400)
    }
    expect(ended()).toMatchObject({ digits: '99999', status: 'valid' })
  })

  it.each([
    ['4', { valid_digits: '123', maximum_digits: 1 }, 'invalid'],
    ['1#', { minimum_digits: 2 }, 'invalid'],
    ['#', {}, 'invalid'],
  ])('%s with %j is %s', async (keys, body, status) => {
    await rig.command(call, 'gather', body)
    call.press(keys)
    expect(ended().status).toBe(status)
  })

  it('with too few keys in time is timed out', async () => {
    await rig.command(call, 'gather', { minimum_digits: 2 })
    call.press('1')
    rig.calls.clock.advance(5000)
    expect(ended()).toMatchObject({ digits: '1', status: 'timeout' })
  })

  it('is stopped by a command, and by another gather', async () => {
    await rig.command(call, 'gather')
    call.press('7')
    await rig.command(call, 'gather_stop')
    expect(ended()).toMatchObject({ digits: '7', status: 'cancelled' })
    await rig.command(call, 'gather')
    await rig.command(call, 'gather')
    expect(rig.events.filter((event) => event === 'call.gather.ended')).toHaveLength(2)
    expect((await rig.command(call, 'gather_stop')).status).toBe(200)
    expect((await rig.command(call, 'gather_stop')).status).toBe(200)
    rig.calls.clock.advance(120_000)
    expect(rig.events.filter((event) => event === 'call.gather.ended')).toHaveLength(3)
  })

  it.each([
    [{ minimum_digits: 0 }, '90022'],
    [{ maximum_digits: 129 }, '90023'],
    [{ timeout_millis: 'soon' }, '90025'],
    [{ inter_digit_timeout_millis: 0 }, '90026'],
    [{ initial_timeout_millis: 120_001 }, '90056'],
    [{ terminating_digit: 'x' }, '90007'],
    [{ valid_digits: 'xyz' }, '90008'],
  ])('refuses %j', async (body, code) => {
    expect(codes(await rig.command(call, 'gather', body))).toEqual([code])
  })
})

describe('gather_using_speak', () => {
  const body = { payload: 'Press a key', voice: 'Telnyx.KokoroTTS.af', timeout_millis: 3000 }

  it('is cut by a key', async () => {
    await rig.command(call, 'gather_using_speak', { ...body, maximum_digits: 1 })
    await settle()
    call.press('1')
    await settle()
    expect(call.announcements.map(({ isOver }) => isOver)).toEqual([true])
    expect(rig.events).toEqual([
      'call.speak.started',
      'call.dtmf.received',
      'call.gather.ended',
      'call.speak.ended',
    ])
    expect(ended()).toMatchObject({ digits: '1', status: 'valid' })
  })

  it('is repeated where nothing comes, and gives up', async () => {
    await rig.command(call, 'gather_using_speak', { ...body, maximum_tries: 2 })
    for (const round of [1, 2]) {
      rig.calls.clock.advance(60_000)
      expect(call.announcements, `round ${round}`).toHaveLength(round)
      call.finishAnnouncement()
      await settle()
      rig.calls.clock.advance(3000)
      await settle()
    }
    expect(call.announcements).toHaveLength(2)
    expect(ended()).toMatchObject({ digits: '', status: 'timeout' })
  })

  it('says what was wrong before it is repeated', async () => {
    await rig.command(call, 'gather_using_speak', {
      ...body,
      invalid_payload: 'Wrong key',
      valid_digits: '12',
      maximum_digits: 1,
      maximum_tries: 2,
    })
    call.press('9')
    await settle()
    expect(call.announcements.map(({ item }) => (item.kind === 'speech' ? item.text : ''))).toEqual([
      'Press a key',
      'Wrong key',
    ])
    call.finishAnnouncement()
    await settle()
    expect(call.announcements).toHaveLength(3)
    call.press('2')
    await settle()
    expect(ended()).toMatchObject({ digits: '2', status: 'valid' })
  })

  it('falls silent when it is stopped', async () => {
    await rig.command(call, 'gather_using_speak', body)
    await rig.command(call, 'gather_stop')
    await settle()
    expect(call.announcements[0]!.isOver).toBe(true)
    rig.calls.clock.advance(60_000)
    await settle()
    expect(call.announcements).toHaveLength(1)
    expect(ended().status).toBe('cancelled')
  })
})

describe('gather_using_audio', () => {
  it('plays a file, and another after wrong keys', async () => {
    await rig.command(call, 'gather_using_audio', {
      audio_url: 'http://h/menu.wav',
      invalid_audio_url: 'http://h/wrong.wav',
      valid_digits: '1',
      maximum_digits: 1,
    })
    await settle()
    expect(rig.payload('call.playback.started').media_url).toBe('http://h/menu.wav')
    call.press('2')
    await settle()
    expect(rig.payload('call.playback.started').media_url).toBe('http://h/wrong.wav')
    call.press('1')
    expect(ended()).toMatchObject({ digits: '1', status: 'valid' })
  })

  it('needs a file', async () => {
    const answer = await rig.command(call, 'gather_using_audio', {})
    expect(answer.body.errors[0]).toMatchObject({ code: '10004', source: { pointer: '/audio_url' } })
  })
})
