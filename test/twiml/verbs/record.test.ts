import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { APP, Rig, response } from '../support/rig.js'

async function recording(attributes = '') {
  const rig = new Rig()
  rig.pages['/done'] = response('<Pause length="99"/>')
  const verb = `<Record action="/done" ${attributes}/>`
  const { call, run } = await rig.start(response(verb, '<Say>Nothing</Say>'))
  return { rig, call, run, asked: () => rig.asked('/done')?.parameters }
}

describe('<Record>', () => {
  it('beeps, records as asked, and gives the recording to the action URL', async () => {
    const rig = new Rig()
    rig.pages['/done'] = response('<Pause length="99"/>')
    const voice = new twilio.twiml.VoiceResponse()
    voice.record({ action: '/done', maxLength: 20, timeout: 3, trim: 'do-not-trim', finishOnKey: '*' })
    const { call } = await rig.start(voice.toString())
    expect(call.told).toEqual(['ring', 'answer', 'announce beep'])
    await rig.finish(call)
    const [made] = call.recordings
    expect(made!.wish).toEqual({
      path: `/recordings/${made!.id}.wav`,
      format: 'wav',
      channels: 'single',
      track: 'inbound',
      maxMs: 20_000,
      silenceMs: 3_000,
      trim: false,
    })
    call.press('1')
    made!.finish('silence', 4_600)
    await rig.settle()
    expect(rig.asked('/done')!.parameters).toMatchObject({
      RecordingSid: made!.id,
      RecordingUrl: `https://api.test/Recordings/${made!.id}`,
      RecordingDuration: '5',
      Digits: '',
    })
  })

  it('ends with a key, which is told', async () => {
    const { rig, call, asked } = await recording('playBeep="false"')
    call.press('#')
    await rig.settle()
    expect(asked()).toMatchObject({ Digits: '#', RecordingDuration: '2' })
  })

  it('ends with the call: the app is told of the hang-up', async () => {
    const { rig, call, run, asked } = await recording('playBeep="false" recordingStatusCallback="/status"')
    call.hangUp()
    await rig.settle()
    expect(asked()).toMatchObject({ Digits: 'hangup', CallStatus: 'completed' })
    expect(await run.done).toBe('call-over')
    expect(rig.callbacks).toMatchObject([
      { url: `${APP}/status`, parameters: { RecordingStatus: 'completed' } },
    ])
  })

  it('that is empty is as if not asked for', async () => {
    const { rig, call, asked } = await recording(
      'playBeep="false" recordingStatusCallbackEvent="absent completed"',
    )
    call.recordings[0]!.finish('silence', 0)
    await rig.settle()
    expect(asked()).toBeUndefined()
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Nothing' })
    expect(rig.recorded[0]![1]).toMatchObject({ failed: true })
  })

  it('stops when other instructions come', async () => {
    const { rig, call, asked } = await recording('playBeep="false"')
    rig.twiml.run({ call, source: { twiml: response('<Pause/>') } })
    await rig.settle()
    expect(call.recordings[0]!.isOver).toBe(true)
    expect(asked()).toBeUndefined()
  })

  it('is transcribed where asked, once the last words are settled', async () => {
    const { rig, call } = await recording('playBeep="false" transcribe="true" transcribeCallback="/text"')
    const [listening] = call.listenings
    listening!.slow = true
    listening!.hear('Hello there.')
    listening!.hear('call me', { final: false })
    call.press('#')
    await rig.settle()
    expect(rig.callbacks).toEqual([])
    listening!.hear('Call me back.')
    listening!.settle()
    await rig.settle()
    expect(rig.callbacks[0]).toMatchObject({
      url: `${APP}/text`,
      parameters: {
        TranscriptionText: 'Hello there. Call me back.',
        TranscriptionStatus: 'completed',
        RecordingSid: call.recordings[0]!.id,
      },
    })
    expect(listening!.stopped).toBe(true)
  })
})
