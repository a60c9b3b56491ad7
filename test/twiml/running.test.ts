import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { APP, Rig, response } from './support/rig.js'

describe('a call that follows documents', () => {
  it('tells the app who calls, rings, answers for the first verb that is heard, and hangs up at the end', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    voice.say({ voice: 'Polly.Joanna', language: 'en-GB', loop: 2 }, 'Hello & welcome')
    voice.play('/music.mp3')
    const { call, run } = await rig.start(voice.toString())
    expect(rig.requests[0]).toMatchObject({ url: `${APP}/voice`, method: 'POST' })
    expect(rig.requests[0]!.parameters).toMatchObject({
      AccountSid: call.facts.accountSid,
      ApiVersion: '2010-04-01',
      CallSid: call.identity.callSid,
      CallStatus: 'ringing',
      Direction: 'inbound',
      From: '+15550001111',
      To: '+13122010094',
      FromCity: '',
    })
    expect(call.told).toEqual(['ring', 'answer', 'announce speech'])
    expect(call.announcements[0]!.item).toEqual({
      kind: 'speech',
      text: 'Hello & welcome',
      ssml: false,
      voice: { provider: '', voice: 'Polly.Joanna', language: 'en-GB', settings: {} },
      loop: 2,
    })
    await rig.finish(call)
    expect(call.announcements[1]!.item).toEqual({ kind: 'media', source: `${APP}/music.mp3`, loop: 1 })
    await rig.finish(call)
    expect(call.told.at(-1)).toBe('hangup the document is over')
    expect(await run.done).toBe('finished')
    expect(rig.problems).toEqual([])
  })

  it('tells the app what a trunk says of the caller, and applications of themselves', async () => {
    const rig = new Rig()
    const headers = [
      ['From', '<sip:+15550001111@carrier.example>;tag=1'],
      ['P-Asserted-Identity', '<sip:+15550001111@carrier.example;verstat=TN-Validation-Passed-A;user=phone>'],
      ['X-Customer-Id', '42'],
      ['User-to-User', '616263;encoding=hex'],
      ['Via', 'SIP/2.0/UDP carrier.example'],
    ] as const
    await rig.start(response(), { call: { headers } })
    const { parameters } = rig.requests[0]!
    expect(parameters).toMatchObject({
      StirVerstat: 'TN-Validation-Passed-A',
      'SipHeader_X-Customer-Id': '42',
      'SipHeader_User-to-User': '616263;encoding=hex',
    })
    expect(Object.keys(parameters).filter((name) => /via|from$/i.test(name))).toEqual(['From'])
  })

  it('says speech markup as markup', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response('<Say>One <break time="1s"/> &amp; two</Say>'))
    expect(call.announcements[0]!.item).toMatchObject({
      text: 'One <break time="1s"/> &amp; two',
      ssml: true,
      voice: { language: 'en-US' },
    })
  })

  it('presses keys', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response('<Play digits="ww12#"/>'))
    expect(call.announcements[0]!.item).toMatchObject({ kind: 'digits', digits: 'ww12#' })
  })

  it('rings on through a pause, and redirects without answering', async () => {
    const rig = new Rig()
    rig.pages['/next'] = response('<Reject reason="busy"/>')
    const { call, run } = await rig.start(
      response('<Pause length="2"/>', '<Redirect>next?a=1&amp;b=2</Redirect>'),
    )
    await rig.pass(1_900)
    expect(call.told).toEqual(['ring'])
    await rig.pass(200)
    expect(rig.requests[1]!.url).toBe(`${APP}/next?a=1&b=2`)
    expect(call.told).toEqual(['ring', 'reject 486 Reject: busy'])
    expect(await run.done).toBe('hung-up')
  })

  it('is refused with busy when its document is over before it was answered', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response())
    expect(call.told).toEqual(['ring', 'reject 486 the document is over'])
  })

  it('asks for its own document again with an empty redirect, until it goes in circles', async () => {
    const rig = new Rig()
    const { run } = await rig.start(response('<Redirect method="GET"/>'))
    await rig.settle()
    expect(rig.requests[1]).toMatchObject({ url: `${APP}/voice`, method: 'GET' })
    for (let i = 0; i < 20; i++) await rig.settle()
    expect(rig.problems).toContain(12400)
    expect(rig.requests.length).toBe(51)
    expect(run).toBeDefined()
  })

  it('skips what is not known, with a warning that tells the line, and takes defaults for wrong values', async () => {
    const rig = new Rig()
    const { call } = await rig.start(
      '<Response>\n<Sing>la</Sing>\n<say>x</say>\n<Say loop="many" colour="red">Hi</Say></Response>',
    )
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Hi', loop: 1 })
    expect(rig.problems).toEqual([12200, 12200, 13510, 12200])
    expect(rig.complaints).toEqual([
      '<Sing> in line 2: it is not known here and skipped',
      '<say> in line 3: it is not known here and skipped; names of elements are case-sensitive: <Say>',
      '<Say> in line 4: loop is "many" and must be a whole number from 0 to 1000',
      '<Say> in line 4: the attribute colour is not known',
    ])
  })

  it('goes on when something cannot be played', async () => {
    const rig = new Rig()
    const { call } = await rig.start(
      response('<Play>/none.mp3</Play>', '<Play>ftp://x/y</Play>', '<Say>Hi</Say>'),
    )
    await rig.finish(call, 'failed', 'the server answered 404')
    expect(rig.problems).toEqual([11200, 11100])
    expect(call.announcements[1]!.item).toMatchObject({ text: 'Hi' })
    await rig.finish(call, 'failed', 'the voice broke off')
    expect(rig.problems).toEqual([11200, 11100, 64111])
  })

  it('plays audio that is served in place of a document, and reads text out', async () => {
    const rig = new Rig()
    rig.pages['/audio'] = { contentType: 'audio/mpeg', text: '' }
    rig.pages['/text'] = { contentType: 'text/plain', text: 'Just words & so' }
    const audio = await rig.start('', { source: { url: `${APP}/audio` } })
    expect(audio.call.announcements[0]!.item).toMatchObject({ kind: 'media', source: `${APP}/audio` })
    const text = await rig.start('', { source: { url: `${APP}/text` } })
    expect(text.call.announcements[0]!.item).toMatchObject({ kind: 'speech', text: 'Just words & so' })
  })

  it('takes a 204 for an empty document', async () => {
    const rig = new Rig()
    rig.pages['/none'] = { status: 204, contentType: '' }
    const { run } = await rig.start('', { source: { url: `${APP}/none` } })
    expect(await run.done).toBe('finished')
    expect(rig.problems).toEqual([])
  })
})

describe('when a document cannot be had', () => {
  it('Twilio says sorry and hangs up', async () => {
    const rig = new Rig()
    const { call, run } = await rig.start('<Response><Say></Response>')
    expect(rig.problems).toEqual([12100])
    expect(call.announcements[0]!.item).toMatchObject({ kind: 'speech' })
    await rig.finish(call)
    expect(call.told.at(-1)).toBe('hangup the document is over')
    expect(await run.done).toBe('failed')
  })

  it('Telnyx hangs up', async () => {
    const rig = new Rig('telnyx')
    const { call } = await rig.start('nothing of the kind')
    expect(call.told).toEqual(['ring', 'reject 486 the document is over'])
  })

  it('the fallback is asked, told what failed; also for later documents', async () => {
    const rig = new Rig()
    rig.pages['/fallback'] = response('<Say>Later</Say>')
    const fallback = { url: `${APP}/fallback`, method: 'POST' as const }
    const { call } = await rig.start(response('<Pause/>', '<Redirect>/gone</Redirect>'), { fallback })
    await rig.pass(1_100)
    expect(rig.asked('/fallback')!.parameters).toMatchObject({
      ErrorCode: '11200',
      ErrorUrl: `${APP}/gone`,
      CallSid: call.identity.callSid,
    })
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Later' })
  })

  it('content that is neither XML nor audio is named', async () => {
    const rig = new Rig()
    rig.pages['/json'] = { contentType: 'application/json', text: '{}' }
    await rig.start('', { source: { url: `${APP}/json` } })
    expect(rig.problems).toEqual([12300])
  })
})

describe('<Leave> outside of a queue', () => {
  it('ends the document', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response('<Leave/>', '<Say>never</Say>'))
    expect(call.state).toBe('ended')
  })
})

describe('instructions given meanwhile', () => {
  it('replace the ones that are followed, with the same cookies', async () => {
    const rig = new Rig()
    const { call, run } = await rig.start(response('<Say>Long</Say>'))
    rig.pages['/new'] = response('<Say>New</Say>')
    rig.twiml.run({ call, source: { url: `${APP}/new` } })
    await rig.settle()
    expect(await run.done).toBe('replaced')
    expect(call.announcements[0]!.isOver).toBe(true)
    expect(rig.asked('/new')!.parameters['CallStatus']).toBe('in-progress')
    expect(rig.jars[1]).toBe(rig.jars[0])
    expect(call.announcements[1]!.item).toMatchObject({ text: 'New' })
    expect(call.state).toBe('answered')
  })

  it('may be inline', async () => {
    const rig = new Rig()
    const { call } = await rig.start('', {
      source: { twiml: response('<Say>Hi</Say>', '<Redirect>/x</Redirect>') },
    })
    await rig.finish(call)
    expect(rig.requests).toEqual([])
    expect(rig.complaints).toEqual(['"/x" is no absolute http(s) URL'])
  })

  it('leave the call as it is when they end, where that is wanted', async () => {
    const rig = new Rig()
    const { call, run } = await rig.start(response('<Say>Hi</Say>'), { afterwards: 'stay' })
    await rig.finish(call)
    expect(await run.done).toBe('finished')
    expect(call.state).toBe('answered')
    const failing = await rig.start('no document', { afterwards: 'stay' })
    expect(await failing.run.done).toBe('failed')
    expect(failing.call.told).toEqual(['ring'])
  })
})

describe('the end of the call', () => {
  it('ends everything, and nothing more is asked', async () => {
    const rig = new Rig()
    const { call, run } = await rig.start(response('<Say>Hi</Say>', '<Redirect>/next</Redirect>'))
    call.hangUp()
    await rig.settle()
    expect(await run.done).toBe('call-over')
    expect(rig.requests.length).toBe(1)
    expect(rig.twiml.runOf(call)).toBeUndefined()
  })

  it('before the document has come ends the waiting for it', async () => {
    const rig = new Rig()
    let arrive = (_: string) => {}
    rig.pages['/slow'] = () =>
      new Promise((resolve) => {
        arrive = resolve
      })
    const { call, run } = await rig.start('', { source: { url: `${APP}/slow` } })
    call.hangUp()
    arrive(response('<Say>Hi</Say>'))
    expect(await run.done).toBe('call-over')
    expect(call.announcements).toEqual([])
  })
})
