import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExpressApp } from './support/app.js'
import { account, patience, Rig, until } from './support/rig.js'

describe("what goes on beside a call's instructions, by the vendor's SDK", { timeout: patience }, () => {
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

  const talking = async (twiml = '<Response><Pause length="60"/></Response>') => {
    const making = rig.client.calls.create({ from: '+15550001111', to: '+15550002222', twiml })
    const dialled = rig.calls.all.length
    await until(() => rig.calls.all.length > dialled)
    const call = rig.calls.last
    const { sid } = await making
    call.pickUp()
    return { call, api: rig.client.calls(sid), sid }
  }

  it('streams, begun and stopped by name or SID', async () => {
    const { call, api, sid } = await talking()
    const made = await api.streams.create({
      url: 'wss://app.example.com/audio',
      name: 'mine',
      track: 'both_tracks',
      statusCallback: `${app.url}/stream`,
      'parameter1.name': 'who',
      'parameter1.value': 'me',
    })
    expect(made).toMatchObject({
      callSid: sid,
      name: 'mine',
      status: 'in-progress',
      sid: expect.stringMatching(/^MZ[0-9a-f]{32}$/),
    })
    expect(call.streams[0]!.wish).toMatchObject({
      url: 'wss://app.example.com/audio',
      track: 'both',
      parameters: { who: 'me' },
    })
    call.streams[0]!.connect()
    await until(() => app.of('/stream').length === 1)
    expect(await api.streams('mine').update({ status: 'stopped' })).toMatchObject({
      sid: made.sid,
      status: 'stopped',
    })
    expect(call.streams[0]!.isOver).toBe(true)
    await until(() => app.of('/stream').length === 2)
    expect(app.of('/stream').map(({ body }) => [body['StreamSid'], body['StreamEvent']])).toEqual([
      [made.sid, 'stream-started'],
      [made.sid, 'stream-stopped'],
    ])
    await expect(api.streams(made.sid).update({ status: 'stopped' })).rejects.toMatchObject({ code: 20404 })
    await expect(api.streams.create({ url: 'http://app.example.com' })).rejects.toMatchObject({ code: 20001 })
    await expect(api.streams.create({ url: 'ws://app.example.com' })).rejects.toMatchObject({ code: 20001 })
    call.hangUp()
    await expect(api.streams.create({ url: 'wss://app.example.com' })).rejects.toMatchObject({ code: 21220 })
  })

  it('streams that a document began are stopped by the API', async () => {
    const { call, api } = await talking(
      '<Response><Start><Stream url="wss://app.example.com/audio" name="theirs"/></Start><Pause length="9"/></Response>',
    )
    await until(() => call.streams.length === 1)
    await api.streams('theirs').update({ status: 'stopped' })
    expect(call.streams[0]!.isOver).toBe(true)
    call.hangUp()
  })

  it('transcriptions, as <Transcription> makes them', async () => {
    const { call, api, sid } = await talking()
    const made = await api.transcriptions.create({
      name: 'words',
      track: 'inbound_track',
      statusCallbackUrl: `${app.url}/words`,
      languageCode: 'en-GB',
      partialResults: true,
      hints: 'one, two',
    })
    expect(made).toMatchObject({
      callSid: sid,
      name: 'words',
      status: 'in-progress',
      sid: expect.stringMatching(/^GT[0-9a-f]{32}$/),
    })
    expect(call.listenings[0]!.wish).toMatchObject({
      track: 'inbound',
      language: 'en-GB',
      hints: ['one', 'two'],
    })
    call.listenings[0]!.hear('hello', { final: false })
    call.listenings[0]!.hear('hello there', { confidence: 0.9 })
    await api.transcriptions(made.sid).update({ status: 'stopped' })
    await until(() => app.of('/words').length === 4)
    expect(app.of('/words').map(({ body }) => [body['TranscriptionEvent'], body['Final']])).toEqual([
      ['transcription-started', undefined],
      ['transcription-content', 'false'],
      ['transcription-content', 'true'],
      ['transcription-stopped', undefined],
    ])
    expect(JSON.parse(app.of('/words')[2]!.body['TranscriptionData']!)).toEqual({
      transcript: 'hello there',
      confidence: 0.9,
    })
    expect(call.listenings[0]!.stopped).toBe(true)
    call.hangUp()
  })

  it('says that there is no SIPREC, and knows no other', async () => {
    const { call, api } = await talking()
    await expect(api.siprec.create({ connectorName: 'x' })).rejects.toMatchObject({
      code: 20001,
      message: expect.stringMatching(/SIPREC is not there/),
    })
    await expect(
      api.payments.create({ idempotencyKey: '1', statusCallback: `${app.url}/payment` }),
    ).rejects.toMatchObject({ code: 20404, status: 404 })
    call.hangUp()
  })

  it('recordings of documents are paused and stopped by the API, their texts listed', async () => {
    const { call, api } = await talking(
      `<Response><Record playBeep="false" transcribe="true" transcribeCallback="${app.url}/text"/></Response>`,
    )
    await until(() => call.recordings.length === 1)
    const [recording] = await api.recordings.list()
    expect(recording).toMatchObject({ source: 'RecordVerb', status: 'in-progress' })
    expect(await api.recordings('Twilio.CURRENT').update({ status: 'paused' })).toMatchObject({
      sid: recording!.sid,
      status: 'paused',
    })
    expect(call.recordings[0]).toMatchObject({ paused: true, silent: true })
    call.listenings[0]!.hear('good morning')
    await api.recordings(recording!.sid).update({ status: 'stopped' })
    expect(await api.recordings(recording!.sid).fetch()).toMatchObject({ status: 'completed', duration: '2' })
    await rig.clock.run(3000)
    await until(() => app.of('/text').length === 1)
    const { TranscriptionUrl, TranscriptionSid } = app.of('/text')[0]!.body
    const { transcriptions } = rig.client.recordings(recording!.sid)
    expect((await transcriptions.list()).map(({ sid }) => sid)).toEqual([TranscriptionSid])
    expect(await rig.client.transcriptions(TranscriptionSid!).fetch()).toMatchObject({
      transcriptionText: 'good morning',
      status: 'completed',
      recordingSid: recording!.sid,
      duration: '2',
    })
    expect((await fetch(`${TranscriptionUrl}.json`)).status).toBe(401)
    expect(await transcriptions(TranscriptionSid!).remove()).toBe(true)
    expect(await rig.client.transcriptions.list()).toEqual([])
    call.hangUp()
  })
})
