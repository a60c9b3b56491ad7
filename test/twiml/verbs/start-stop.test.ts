import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { APP, Rig, response } from '../support/rig.js'

describe('<Start>', () => {
  it('streams one way, beside what follows, across documents, until <Stop> by name', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    voice.start().stream({ name: 'mine', url: 'wss://app.test/media', track: 'both_tracks' })
    voice.say('Hi')
    voice.redirect('/next')
    const stop = new twilio.twiml.VoiceResponse()
    stop.stop().stream({ name: 'mine' })
    stop.say('Still here')
    rig.pages['/next'] = stop.toString()
    const { call } = await rig.start(voice.toString())
    expect(call.told).toEqual(['ring', 'stream wss://app.test/media', 'answer', 'announce speech'])
    expect(call.streams[0]!.wish).toMatchObject({ track: 'both', bidirectional: undefined })
    await rig.finish(call)
    expect(call.streams[0]!.isOver).toBe(true)
    expect(rig.problems).toEqual([])
  })

  it('streams as Telnyx does: MP3 files back, in the codec asked for', async () => {
    const rig = new Rig('telnyx')
    const { call } = await rig.start(
      response('<Start><Stream url="ws://x.test/" codec="G722"/></Start>', '<Pause/>'),
    )
    expect(call.streams[0]!.wish).toMatchObject({
      dialect: 'telnyx',
      codec: 'G722',
      bidirectional: { mode: 'mp3' },
      facts: { call_control_id: call.identity.callControlId, call_session_id: call.identity.callSessionId },
    })
  })

  it('records the call and tells what becomes of it', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    voice.start().recording({
      channels: 'dual',
      recordingStatusCallback: '/recorded',
      recordingStatusCallbackEvent: ['in-progress', 'completed'],
    })
    voice.pause({ length: 100 })
    const { call } = await rig.start(voice.toString())
    const [recording] = call.recordings
    expect(recording!.wish).toMatchObject({
      format: 'wav',
      channels: 'dual',
      track: 'both',
      trim: true,
      maxMs: 0,
    })
    call.pickUp()
    recording!.finish('leg-closed', 12_400)
    await rig.settle()
    const [started, completed] = rig.callbacks
    expect(started!.parameters).toMatchObject({
      RecordingStatus: 'in-progress',
      RecordingSid: recording!.id,
      RecordingChannels: '2',
      RecordingSource: 'StartCallRecordingTWIML',
      RecordingStartTime: 'Tue, 14 Nov 2023 22:13:20 +0000',
    })
    expect(completed).toMatchObject({
      url: `${APP}/recorded`,
      method: 'POST',
      parameters: {
        RecordingStatus: 'completed',
        RecordingDuration: '12',
        RecordingUrl: `https://api.test/Recordings/${recording!.id}`,
      },
    })
    expect(rig.recorded).toEqual([[recording!.id, { durationMs: 12_400, bytes: 198_400, failed: false }]])
  })

  it('tells what is being said when it is stopped before its end', async () => {
    const rig = new Rig()
    const noun = '<Transcription name="notes" track="inbound_track" statusCallbackUrl="/t"/>'
    const stop = '<Stop><Transcription name="notes"/></Stop>'
    const { call } = await rig.start(response(`<Start>${noun}</Start>`, stop, '<Pause length="9"/>'))
    const events = () => rig.callbacks.map(({ event }) => event)
    const [first] = call.listenings
    expect(first!.wish.settles).toBe(true)
    expect(events()).toEqual(['transcription-started', 'transcription-stopped'])
    rig.callbacks.length = 0
    const again = await rig.start(response(`<Start>${noun}</Start>`, '<Pause length="1"/>', stop, '<Pause/>'))
    const [listening] = again.call.listenings
    listening!.slow = true
    await rig.pass(1000)
    listening!.hear('Goodbye.')
    listening!.settle()
    await rig.settle()
    expect(events()).toEqual(['transcription-started', 'transcription-content', 'transcription-stopped'])
  })

  it('transcribes both sides, and tells each utterance', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    voice.start().transcription({
      name: 'notes',
      statusCallbackUrl: '/transcript',
      languageCode: 'de-DE',
      transcriptionEngine: 'deepgram',
      inboundTrackLabel: 'customer',
      hints: 'eins, zwei',
    })
    voice.pause({ length: 100 })
    const { call } = await rig.start(voice.toString())
    expect(call.listenings.map(({ wish }) => wish.track)).toEqual(['inbound', 'outbound'])
    expect(call.listenings[0]!.wish).toMatchObject({
      provider: 'deepgram',
      language: 'de-DE',
      hints: ['eins', 'zwei'],
    })
    call.listenings[0]!.hear('gut', { final: false })
    call.listenings[0]!.hear('Guten Tag', { confidence: 0.9 })
    call.listenings[1]!.hear('Hallo')
    rig.twiml.run({
      call,
      source: { twiml: response('<Stop><Transcription name="notes"/></Stop>', '<Pause/>') },
    })
    await rig.settle()
    const told = rig.callbacks.map(({ parameters }) => parameters)
    expect(told.map(({ TranscriptionEvent, SequenceId }) => [TranscriptionEvent, SequenceId])).toEqual([
      ['transcription-started', '1'],
      ['transcription-content', '2'],
      ['transcription-content', '3'],
      ['transcription-stopped', '4'],
    ])
    expect(told[1]).toMatchObject({
      Track: 'inbound_track',
      TrackLabel: 'customer',
      TranscriptionData: '{"transcript":"Guten Tag","confidence":0.9}',
      Final: 'true',
      LanguageCode: 'de-DE',
    })
    expect(told[2]).toMatchObject({ Track: 'outbound_track', TranscriptionData: '{"transcript":"Hallo"}' })
    expect(call.listenings.every(({ stopped }) => stopped)).toBe(true)
  })

  it('transcribes partial results where asked, under the names of TeXML', async () => {
    const rig = new Rig('telnyx')
    const noun =
      '<Transcription language="es" interimResults="true" transcriptionTracks="inbound_track" transcriptionCallback="/t"/>'
    const { call } = await rig.start(response(`<Start>${noun}</Start>`, '<Pause length="9"/>'))
    call.listenings[0]!.hear('ho', { final: false })
    call.hangUp()
    await rig.settle()
    expect(rig.callbacks.map(({ event, url }) => [event, url])).toEqual([
      ['transcription-started', `${APP}/t`],
      ['transcription-content', `${APP}/t`],
      ['transcription-stopped', `${APP}/t`],
    ])
    expect(rig.callbacks[1]!.parameters).toMatchObject({ Final: 'false', LanguageCode: 'es' })
  })

  it('tells of a recogniser that fails', async () => {
    const rig = new Rig()
    const noun = '<Transcription track="inbound_track" statusCallbackUrl="/t"/>'
    const { call } = await rig.start(response(`<Start>${noun}</Start>`, '<Pause length="9"/>'))
    call.listenings[0]!.fail('no engine')
    await rig.settle()
    expect(rig.callbacks.map(({ event }) => event)).toEqual([
      'transcription-started',
      'transcription-error',
      'transcription-stopped',
    ])
  })
})

describe('<Stop>', () => {
  it('stops a recording by its name', async () => {
    const rig = new Rig()
    const starts = '<Start><Recording name="one"/></Start><Start><Recording name="two"/></Start>'
    const { call } = await rig.start(response(starts, '<Stop><Recording name="two"/></Stop>', '<Pause/>'))
    expect(call.recordings.map(({ isOver }) => isOver)).toEqual([false, true])
    expect(rig.problems).toEqual([])
  })

  it('stops all of a kind without a name, and says when there is none', async () => {
    const rig = new Rig()
    const { call } = await rig.start(
      response(
        '<Start><Recording/></Start>',
        '<Start><Recording/></Start>',
        '<Stop><Recording/><Stream name="none"/></Stop>',
        '<Pause/>',
      ),
    )
    expect(call.recordings.map(({ isOver }) => isOver)).toEqual([true, true])
    expect(rig.complaints).toEqual(['<Stream> in line 1: there is none to stop'])
  })
})
