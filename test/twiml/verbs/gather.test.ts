import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { APP, Rig, response } from '../support/rig.js'

const gather = (attributes: string, inner = '<Say>Press</Say>') => `<Gather ${attributes}>${inner}</Gather>`

async function gathering(attributes: string, inner?: string) {
  const rig = new Rig()
  rig.pages['/done'] = response('<Pause length="99"/>')
  const { call } = await rig.start(
    response(gather(`action="/done" ${attributes}`, inner), '<Say>Nothing</Say>'),
  )
  return { rig, call, asked: () => rig.asked('/done')?.parameters }
}

describe('keys', () => {
  it('are taken while prompts play, which fall silent, and given to the action URL', async () => {
    const { rig, call, asked } = await gathering('numDigits="3"', '<Say>One</Say><Play>/a.mp3</Play><Pause/>')
    expect(call.announcements.map(({ item }) => item.kind)).toEqual(['speech', 'media', 'silence'])
    call.press('1')
    expect(call.announcements.every(({ isOver }) => isOver)).toBe(true)
    call.press('2')
    expect(asked()).toBeUndefined()
    call.press('3')
    await rig.settle()
    expect(asked()).toMatchObject({
      Digits: '123',
      FinishedOnKey: '',
      msg: 'Gather End',
      CallSid: call.identity.callSid,
      CallStatus: 'in-progress',
    })
  })

  it('end with the finishing key, which is told', async () => {
    const { rig, call, asked } = await gathering('')
    call.press('42#')
    await rig.settle()
    expect(asked()).toMatchObject({ Digits: '42', FinishedOnKey: '#' })
  })

  it('are taken though a prompt cannot be played, which is told', async () => {
    const { rig, call, asked } = await gathering('numDigits="1"', '<Play>/none.mp3</Play>')
    await rig.finish(call, 'failed', 'the server answered 404')
    expect(rig.problems).toEqual([11200])
    call.press('1')
    await rig.settle()
    expect(asked()).toMatchObject({ Digits: '1' })
  })

  it('do not end with a finishing key that comes first', async () => {
    const { rig, call, asked } = await gathering('finishOnKey="#"')
    call.press('#')
    await rig.settle()
    expect(asked()).toBeUndefined()
    expect(call.announcements.every(({ isOver }) => isOver)).toBe(true)
    call.press('7#')
    await rig.settle()
    expect(asked()).toMatchObject({ Digits: '7', FinishedOnKey: '#' })
  })

  it('have no finishing key where none is wanted', async () => {
    const { rig, call, asked } = await gathering('finishOnKey="" numDigits="2"')
    call.press('#*')
    await rig.settle()
    expect(asked()).toMatchObject({ Digits: '#*' })
  })

  it('end with a silence after the last, counted from each', async () => {
    const { rig, call, asked } = await gathering('timeout="3"')
    call.press('1')
    await rig.pass(2_900)
    call.press('2')
    await rig.pass(2_900)
    expect(asked()).toBeUndefined()
    await rig.pass(200)
    expect(asked()).toMatchObject({ Digits: '12' })
  })

  it('that never come: the next verb, once the prompts are over and the time-out after them', async () => {
    const { rig, call } = await gathering('')
    await rig.pass(60_000)
    expect(call.announcements.length).toBe(1)
    await rig.finish(call)
    await rig.pass(4_900)
    expect(call.announcements.length).toBe(1)
    await rig.pass(200)
    expect(call.announcements[1]!.item).toMatchObject({ text: 'Nothing' })
  })

  it('that never come, where that is wanted too', async () => {
    const { rig, call, asked } = await gathering('actionOnEmptyResult="true"')
    await rig.finish(call)
    await rig.pass(5_100)
    expect(asked()).toMatchObject({ Digits: '', msg: 'Gather End' })
  })

  it('go to the document itself without an action', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response(gather('numDigits="1"')))
    call.press('1')
    await rig.settle()
    expect(rig.requests.map(({ url }) => url)).toEqual([`${APP}/voice`, `${APP}/voice`])
  })

  it('that the app does not take are not counted', async () => {
    const rig = new Rig('telnyx')
    rig.pages['/done'] = response()
    const { call } = await rig.start(response(gather('action="/done" numDigits="2" validDigits="12"')))
    call.press('9192')
    await rig.settle()
    expect(rig.asked('/done')!.parameters).toMatchObject({ Digits: '12' })
  })
})

describe('speech', () => {
  it('is recognised as asked, and given to the action URL', async () => {
    const rig = new Rig()
    rig.pages['/done'] = response('<Pause length="99"/>')
    const voice = new twilio.twiml.VoiceResponse()
    voice
      .gather({
        input: ['speech'],
        action: '/done',
        language: 'en-GB',
        hints: 'yes, no',
        speechModel: 'nova-3',
        speechTimeout: 'auto',
        profanityFilter: false,
        partialResultCallback: '/partial',
        enhanced: true,
      })
      .say('Well?')
    const { call } = await rig.start(voice.toString())
    const [listening] = call.listenings
    expect(listening!.wish).toEqual({
      track: 'inbound',
      provider: '',
      model: 'nova-3',
      language: 'en-GB',
      hints: ['yes', 'no'],
      silenceMs: 'auto',
      settings: { profanityFilter: false },
    })
    listening!.hear('ye', { final: false })
    expect(call.announcements[0]!.isOver).toBe(true)
    listening!.hear('Yes.', { confidence: 0.87 })
    await rig.settle()
    expect(rig.callbacks).toMatchObject([
      { url: `${APP}/partial`, parameters: { UnstableSpeechResult: 'ye', SequenceNumber: '0' } },
    ])
    expect(rig.asked('/done')!.parameters).toMatchObject({ SpeechResult: 'Yes.', Confidence: '0.87' })
    expect(listening!.stopped).toBe(true)
    expect(rig.complaints).toEqual([expect.stringMatching(/enhanced has no effect$/)])
  })

  it('has the time-out for its silence where nothing else is said', async () => {
    const { call } = await gathering('input="speech" timeout="3"')
    expect(call.listenings[0]!.wish.silenceMs).toBe(3000)
  })

  it('is waited for only after the prompts where it may not barge in; keys always may', async () => {
    const { rig, call, asked } = await gathering('input="dtmf speech" bargeIn="false" numDigits="1"')
    expect(call.listenings).toEqual([])
    await rig.finish(call)
    expect(call.listenings.length).toBe(1)
    call.press('5')
    await rig.settle()
    expect(asked()).toMatchObject({ Digits: '5' })
  })

  it('keeps the time-out from running as long as there is a voice', async () => {
    const { rig, call, asked } = await gathering('input="speech" timeout="2"', '')
    await rig.pass(1_000)
    call.listenings[0]!.voice(true)
    await rig.pass(5_000)
    call.listenings[0]!.hear('long story')
    await rig.settle()
    expect(asked()).toMatchObject({ SpeechResult: 'long story', Confidence: '1' })
  })

  it('goes before keys once a word was heard, and keys before speech', async () => {
    const first = await gathering('input="dtmf speech" numDigits="1"')
    first.call.listenings[0]!.hear('on', { final: false })
    first.call.press('1')
    first.call.listenings[0]!.hear('one')
    await first.rig.settle()
    expect(first.asked()).toMatchObject({ SpeechResult: 'one' })
    const second = await gathering('input="dtmf speech" numDigits="2"')
    second.call.press('1')
    second.call.listenings[0]!.hear('two')
    second.call.press('2')
    await second.rig.settle()
    expect(second.asked()).toMatchObject({ Digits: '12' })
  })

  it('is cut at the longest', async () => {
    const { rig, call, asked } = await gathering('input="speech" maxSpeechTime="3"')
    call.listenings[0]!.hear('and so', { final: false })
    await rig.pass(1_500)
    call.listenings[0]!.hear('and so on and', { final: false })
    await rig.pass(1_600)
    expect(asked()).toMatchObject({ SpeechResult: 'and so on and' })
  })

  it('that is not recognised is reported; keys still work', async () => {
    const { rig, call, asked } = await gathering('input="dtmf speech" numDigits="1"')
    call.listenings[0]!.fail('no engine')
    expect(rig.complaints).toEqual(['<Gather>: speech is not recognised: no engine'])
    call.press('1')
    await rig.settle()
    expect(asked()).toMatchObject({ Digits: '1' })
  })
})

it('cleans up when the call ends, or other instructions come', async () => {
  const { rig, call } = await gathering('input="speech"')
  rig.twiml.run({ call, source: { twiml: response('<Pause/>') } })
  await rig.settle()
  expect(call.announcements[0]!.isOver).toBe(true)
  expect(call.listenings[0]!.stopped).toBe(true)
  const other = await gathering('input="speech"')
  other.call.hangUp()
  await other.rig.settle()
  expect(other.call.listenings[0]!.stopped).toBe(true)
  expect(other.asked()).toBeUndefined()
})

it('warns of values that are none, and of verbs that may not be nested', async () => {
  const { rig } = await gathering(
    'numDigits="0" timeout="soon" finishOnKey="x" speechTimeout="now" input="taste"',
    '<Dial>1</Dial>',
  )
  expect(rig.problems).toEqual([13326, 13313, 13310, 13314, 13327, 13320])
})
