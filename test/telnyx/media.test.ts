import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codes, Rig, settle } from './support/rig.js'

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(() => rig.close())

const voice = 'Telnyx.KokoroTTS.af'

describe('speak', () => {
  it('is announced and told', async () => {
    const call = rig.answered()
    const body = {
      payload: '<speak>Hi</speak>',
      payload_type: 'ssml',
      voice,
      language: 'en-US',
      loop: 'infinity',
    }
    expect((await rig.command(call, 'speak', body)).body).toEqual({ data: { result: 'ok' } })
    expect(call.announcements[0]!.item).toEqual({
      kind: 'speech',
      text: '<speak>Hi</speak>',
      ssml: true,
      voice: { provider: '', voice, language: 'en-US', settings: {} },
      loop: 0,
    })
    await settle()
    expect(rig.events).toEqual(['call.speak.started'])
    call.finishAnnouncement()
    await settle()
    expect(rig.payload('call.speak.ended').status).toBe('completed')
  })

  it('that fails has no status, but says why; what never sounded has not started', async () => {
    const call = rig.answered()
    await rig.command(call, 'speak', { payload: 'Hi', voice })
    await rig.command(call, 'speak', { payload: 'there', voice })
    call.announcements[1]!.finish('failed', 'no voice', 'tts_failed')
    await settle()
    expect(rig.events).toEqual(['call.speak.started', 'call.speak.ended'])
    expect(rig.payload('call.speak.ended')).toMatchObject({ status_detail: 'no voice' })
    expect(rig.payload('call.speak.ended')).not.toHaveProperty('status')
  })

  it.each([
    [{}, ['10004', '10004']],
    [{ payload: '', voice }, ['10004']],
    [{ payload: 'x'.repeat(5001), voice }, ['90010']],
    [{ payload: 'x', voice, language: 'xx-XX' }, ['90013']],
    [{ payload: 'x', voice: 5 }, ['90012']],
    [{ payload: 'x', voice, loop: 0 }, ['90009']],
    [{ payload: 'x', voice, loop: 'forever' }, ['90009']],
    [{ payload: 'x', voice, payload_type: 'html' }, ['90011']],
    [{ payload: 'x', voice, service_level: 'gold' }, ['90030']],
    [{ payload: 'x', voice, stop: 'now' }, ['90016']],
    [{ payload: 'x', voice, target_legs: 'opposite' }, ['10027']],
  ])('refuses %j', async (body, expected) => {
    expect(codes(await rig.command(rig.answered(), 'speak', body))).toEqual(expected)
  })
})

describe('playback', () => {
  it.each([
    [{ audio_url: 'http://h/a.mp3' }, 'http://h/a.mp3', { media_url: 'http://h/a.mp3', overlay: false }],
    [{ playback_content: 'SUQz', audio_type: 'wav' }, 'data:audio/wav;base64,SUQz', { overlay: false }],
    [
      { media_name: 'welcome.mp3' },
      expect.stringMatching(/^file:.*\/media\/welcome\.mp3$/),
      { media_name: 'welcome.mp3' },
    ],
  ])('%j', async (body, source, payload) => {
    const call = rig.answered()
    await rig.command(call, 'playback_start', { ...body, loop: '3' })
    expect(call.announcements[0]!.item).toEqual({ kind: 'media', source, loop: 3 })
    await settle()
    expect(rig.payload('call.playback.started')).toMatchObject(payload)
    call.finishAnnouncement()
    await settle()
    expect(rig.payload('call.playback.ended')).toMatchObject({ ...payload, status: 'completed' })
  })

  it.each([
    ['media_fetch_failed', 'file_not_found'],
    ['media_unsupported', 'failed'],
  ])('that fails by %s is told as %s', async (code, status) => {
    const call = rig.answered()
    await rig.command(call, 'playback_start', { audio_url: 'http://h/a.mp3' })
    call.finishAnnouncement('failed', 'status 404', code)
    await settle()
    expect(rig.payload('call.playback.ended')).toMatchObject({ status, status_detail: 'status 404' })
  })

  it('is stopped: what plays, or all of it', async () => {
    const call = rig.answered()
    for (const name of ['a', 'b', 'c'])
      await rig.command(call, 'playback_start', { audio_url: `http://h/${name}` })
    await rig.command(call, 'playback_stop', { stop: 'current' })
    await settle()
    expect(rig.payload('call.playback.ended')).toMatchObject({ media_url: 'http://h/a', status: 'cancelled' })
    await rig.command(call, 'playback_stop')
    await settle()
    expect(rig.events.filter((event) => event === 'call.playback.ended')).toHaveLength(3)
    expect(await rig.command(call, 'playback_stop')).toMatchObject({ status: 422 })
  })

  it('is laid over another where it is asked to, and stopped apart from it', async () => {
    const call = rig.answered()
    await rig.command(call, 'playback_start', { audio_url: 'http://h/music', loop: 'infinity' })
    await rig.command(call, 'playback_start', { audio_url: 'http://h/note', overlay: true })
    await settle()
    expect(rig.payload('call.playback.started')).toMatchObject({ media_url: 'http://h/note', overlay: true })
    expect(call.overlays.map(({ item }) => item)).toMatchObject([{ source: 'http://h/note' }])
    await rig.command(call, 'playback_stop', { overlay: true })
    await settle()
    expect(rig.payload('call.playback.ended')).toMatchObject({ overlay: true, status: 'cancelled' })
    expect(codes(await rig.command(call, 'playback_stop', { stop: 'overlay' }))).toEqual(['10027'])
    expect(call.announcements[0]!.isOver).toBe(false)
    expect((await rig.command(call, 'playback_stop')).status).toBe(200)
  })

  it('takes the place of what plays where it is asked to', async () => {
    const call = rig.answered()
    await rig.command(call, 'playback_start', { audio_url: 'http://h/a' })
    await rig.command(call, 'playback_start', { audio_url: 'http://h/b', stop: 'all' })
    expect(call.announcements.map(({ isOver }) => isOver)).toEqual([true, false])
  })

  it.each([
    [{}, ['10004']],
    [{ audio_url: 'file:///etc/passwd' }, ['10003']],
    [{ media_name: '../parley.db' }, ['10015']],
    [{ audio_url: 'http://h/a', overlay: true }, ['10027']],
    [{ audio_url: 'http://h/a', overlay: true, target_legs: 'both' }, ['10027']],
  ])('refuses %j', async (body, expected) => {
    expect(codes(await rig.command(rig.answered(), 'playback_start', body))).toEqual(expected)
  })
})

describe('send_dtmf', () => {
  it('sends keys', async () => {
    const call = rig.answered()
    await rig.command(call, 'send_dtmf', { digits: '1wW#A', duration_millis: 500 })
    expect(call.announcements[0]!.item).toEqual({ kind: 'digits', digits: '1wW#A', pressMs: 500 })
    expect(rig.events).toEqual([])
  })

  it.each([
    [{ digits: '1x' }, '90014'],
    [{ digits: '1', duration_millis: 50 }, '90027'],
    [{}, '10004'],
  ])('refuses %j', async (body, code) => {
    expect(codes(await rig.command(rig.answered(), 'send_dtmf', body))).toEqual([code])
  })
})

describe('transcription', () => {
  it('tells what is heard, partial results where they are asked for', async () => {
    const call = rig.answered()
    await rig.command(call, 'transcription_start', {
      transcription_engine: 'B',
      transcription_engine_config: { language: 'es', interim_results: true, hints: ['hola'] },
      transcription_tracks: 'both',
    })
    expect(call.listenings.map(({ wish }) => wish.track)).toEqual(['inbound', 'outbound'])
    expect(call.listenings[0]!.wish).toMatchObject({ provider: 'Telnyx', language: 'es', hints: ['hola'] })
    call.listenings[0]!.hear('ho', { final: false })
    call.listenings[1]!.hear('hola', { confidence: 0.9 })
    expect(
      rig.sent.map(({ payload }) => (payload['payload'] as Record<string, unknown>)['transcription_data']),
    ).toEqual([
      { transcript: 'ho', is_final: false, transcription_track: 'inbound' },
      { transcript: 'hola', is_final: true, confidence: 0.9, transcription_track: 'outbound' },
    ])
  })

  it('tells only final results otherwise, once at a time, until it is stopped', async () => {
    const call = rig.answered()
    await rig.command(call, 'transcription_start')
    call.listenings[0]!.hear('he', { final: false })
    expect(rig.events).toEqual([])
    expect(codes(await rig.command(call, 'transcription_start'))).toEqual(['90054'])
    await rig.command(call, 'transcription_stop')
    expect(call.listenings[0]!.stopped).toBe(true)
    expect((await rig.command(call, 'transcription_start')).status).toBe(200)
  })

  it.each([
    [{ transcription_engine: 'B', transcription_engine_config: { language: 'en-GB' } }, '90013'],
    [{ transcription_engine: 'Nobody' }, '10032'],
    [{ transcription_tracks: 'sideways' }, '10032'],
    [{ transcription_engine_config: { hints: 'x' } }, '10026'],
  ])('refuses %j', async (body, code) => {
    expect(codes(await rig.command(rig.answered(), 'transcription_start', body))).toEqual([code])
  })
})

describe('streaming', () => {
  const stream_url = 'wss://example.com/media'

  it('opens a stream and tells of it', async () => {
    const call = rig.answered()
    const answer = await rig.command(call, 'streaming_start', {
      stream_url,
      stream_track: 'both_tracks',
      stream_bidirectional_mode: 'rtp',
      stream_bidirectional_codec: 'L16',
      stream_bidirectional_sampling_rate: 16000,
      stream_auth_token: 'tok',
      custom_parameters: [{ name: 'a', value: 'b' }],
      client_state: 'YQ==',
    })
    const id = answer.body.data.stream_id
    expect(call.streams[0]).toMatchObject({
      id,
      wish: {
        url: stream_url,
        dialect: 'telnyx',
        track: 'both',
        codec: 'PCMU',
        bidirectional: { mode: 'rtp', codec: 'L16', sampleRate: 16000, target: 'opposite' },
        parameters: { a: 'b' },
        authToken: 'tok',
        facts: { call_control_id: call.identity.callControlId, from: '+15550001111', client_state: 'YQ==' },
      },
    })
    call.streams[0]!.connect()
    await settle()
    expect(rig.payload('streaming.started')).toMatchObject({ stream_url, stream_id: id })
    expect(codes(await rig.command(call, 'streaming_start', { stream_url }))).toEqual(['90045'])
    await rig.command(call, 'streaming_stop')
    await settle()
    expect(rig.payload('streaming.stopped')).toMatchObject({ stream_url, stream_id: id })
    expect(codes(await rig.command(call, 'streaming_stop'))).toEqual(['90048'])
  })

  it('that cannot be opened is told as failed, and as nothing else', async () => {
    const call = rig.answered()
    await rig.command(call, 'streaming_start', { stream_url })
    call.streams[0]!.finish('connect-failed', 'refused')
    await settle()
    expect(rig.events).toEqual(['streaming.failed'])
    expect(rig.payload('streaming.failed')).toMatchObject({
      failure_reason: 'connection_failed',
      stream_type: 'websocket',
      stream_params: { stream_url, track: 'inbound_track' },
    })
    expect((await rig.command(call, 'streaming_start', { stream_url })).status).toBe(200)
  })

  it('begins with the answer where answer asks for it', async () => {
    const call = rig.incoming()
    await rig.command(call, 'answer', { stream_url, stream_codec: 'PCMA', transcription: true })
    expect(call.streams[0]!.wish).toMatchObject({ url: stream_url, codec: 'PCMA' })
    expect(call.listenings).toHaveLength(1)
  })

  it('begins with the answer though something else could not', async () => {
    const call = rig.incoming()
    call.listen = () => {
      throw new Error('no recogniser')
    }
    await rig.command(call, 'answer', { transcription: true, record: 'record-from-answer', stream_url })
    expect(call.recordings).toHaveLength(1)
    expect(call.state).toBe('answered')
  })

  it.each([
    [{}, ['10004']],
    [{ stream_url: 'http://x/' }, ['10003']],
    [{ stream_url, stream_codec: 'G729' }, ['10032']],
    [{ stream_url, enable_dialogflow: true }, ['10027']],
  ])('refuses %j', async (body, expected) => {
    expect(codes(await rig.command(rig.answered(), 'streaming_start', body))).toEqual(expected)
  })
})
