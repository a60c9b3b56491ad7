import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeCall } from '../support/fake-call.js'
import { codes, FakeRecords, Rig, settle } from './support/rig.js'

let rig: Rig
let call: FakeCall
beforeEach(async () => {
  rig = await Rig.start()
  call = rig.answered()
})
afterEach(() => rig.close())

const body = { format: 'wav', channels: 'dual' }

/** Records, and finishes the file. Returns the recording's id. */
async function recorded(more: object = {}): Promise<string> {
  const { recording_id: id } = (await rig.command(call, 'record_start', { ...body, ...more })).body.data
  const recording = call.recordings.at(-1)!
  writeFileSync(recording.wish.path, 'RIFF and so on')
  rig.calls.clock.advance(2000)
  recording.finish('stopped', 2000)
  await settle()
  return id
}

/** Fetches what a URL of ours names. */
const fetched = (url: string) => rig.app.inject({ url: url.replace('http://127.0.0.1:8080', '') })

describe('recording', () => {
  it('goes as it was asked for', async () => {
    await rig.command(call, 'record_start', {
      format: 'mp3',
      channels: 'single',
      recording_track: 'inbound',
      max_length: 60,
      timeout_secs: 5,
      trim: 'trim-silence',
      play_beep: true,
    })
    expect(call.recordings[0]!.wish).toEqual({
      path: expect.stringMatching(/recordings\/telnyx\/[0-9a-f-]{36}\.mp3$/),
      format: 'mp3',
      channels: 'single',
      track: 'inbound',
      maxMs: 60_000,
      silenceMs: 5000,
      trim: true,
    })
    expect(call.announcements[0]!.item).toEqual({ kind: 'beep', durationMs: 500 })
  })

  it('pauses, goes on and stops', async () => {
    await rig.command(call, 'record_start', body)
    await rig.command(call, 'record_pause')
    expect(call.recordings[0]!.paused).toBe(true)
    await rig.command(call, 'record_resume')
    expect(call.recordings[0]!.paused).toBe(false)
    await rig.command(call, 'record_stop', { recording_id: '00000000-0000-4000-8000-000000000000' })
    expect(call.recordings[0]!.isOver).toBe(false)
    await rig.command(call, 'record_stop')
    expect(call.recordings[0]!.isOver).toBe(true)
  })

  it('is told when it is saved, with an address that serves it', async () => {
    const id = await recorded({ custom_file_name: 'my "file"' })
    const saved = rig.payload('call.recording.saved')
    expect(saved).toMatchObject({
      recording_id: id,
      channels: 'dual',
      duration_millis: 2000,
      recording_started_at: '2023-11-14T22:13:20.000000Z',
      recording_ended_at: '2023-11-14T22:13:22.000000Z',
    })
    const file = await fetched(saved.recording_urls.wav)
    expect(file.statusCode).toBe(200)
    expect(file.body).toBe('RIFF and so on')
    expect(file.headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-disposition': 'inline; filename="my__file_-1700000000.wav"',
    })
  })

  it('is told after the end of the call too', async () => {
    await rig.command(call, 'record_start', body)
    call.hangUp()
    await settle()
    expect(rig.events).toEqual(['call.hangup', 'call.recording.saved'])
  })

  it('that fails is told as such', async () => {
    await rig.command(call, 'record_start', body)
    call.recordings[0]!.finish('failed', 0, 'the disk is full')
    await settle()
    expect(rig.payload('call.recording.error')).toMatchObject({
      reason: 'Internal server error',
      reason_detail: 'the disk is full',
    })
  })

  it('are refused before there is audio', async () => {
    expect(codes(await rig.command(rig.incoming(), 'record_start', body))).toEqual(['90020'])
  })

  it.each([
    [{}, ['10004', '10004']],
    [{ ...body, format: 'ogg' }, ['90000']],
    [{ ...body, channels: 'quad' }, ['90001']],
    [{ ...body, recording_track: 'sideways' }, ['90059']],
    [{ ...body, custom_file_name: 'x'.repeat(41) }, ['10025']],
  ])('refuses %j', async (wrong, expected) => {
    expect(codes(await rig.command(call, 'record_start', wrong))).toEqual(expected)
  })
})

describe('addresses of recordings', () => {
  it('are good for ten minutes, for that file, as they were given out', async () => {
    await recorded()
    const url: string = rig.payload('call.recording.saved').recording_urls.wav
    expect((await fetched(url.replace(/signature=./, 'signature=0x'))).statusCode).toBe(404)
    expect((await fetched(url.replace(/\?.*/, ''))).statusCode).toBe(404)
    expect((await fetched(url.replace(/expires=\d/, 'expires=9'))).statusCode).toBe(404)
    rig.calls.clock.advance(599_000)
    expect((await fetched(url)).statusCode).toBe(200)
    rig.calls.clock.advance(2000)
    expect((await fetched(url)).statusCode).toBe(404)
  })

  it('are told anew by the list and by the recording', async () => {
    const id = await recorded()
    rig.calls.clock.advance(3_600_000)
    const { data } = (await rig.request('GET', `/recordings/${id}`)).body
    expect(data).toMatchObject({ record_type: 'recording', id, call_control_id: call.identity.callControlId })
    expect((await fetched(data.download_urls.wav)).statusCode).toBe(200)
    expect((await rig.request('GET', '/recordings')).body).toMatchObject({
      data: [{ id }],
      meta: { total_results: 1 },
    })
  })

  it('end with the recording', async () => {
    const id = await recorded()
    const url = rig.payload('call.recording.saved').recording_urls.wav
    expect((await rig.request('DELETE', `/recordings/${id}`)).body.data.id).toBe(id)
    expect((await fetched(url)).statusCode).toBe(404)
    expect((await rig.request('GET', `/recordings/${id}`)).status).toBe(404)
    expect((await rig.request('DELETE', `/recordings/${id}`)).status).toBe(404)
  })

  it('are known after a restart', async () => {
    const records = new FakeRecords()
    const first = await Rig.start({ records })
    const before = first.answered()
    const { recording_id: id } = (await first.command(before, 'record_start', body)).body.data
    before.recordings[0]!.finish('stopped')
    await settle()
    await first.close()
    const second = await Rig.start({ records })
    expect((await second.request('GET', `/recordings/${id}`)).status).toBe(200)
    await second.close()
  })
})
