import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { APP, Rig, response } from '../support/rig.js'

const relay = (attributes = '', inner = '') =>
  `<ConversationRelay url="wss://app.test/ws" ${attributes}>${inner}</ConversationRelay>`
const connect = (noun: string, attributes = 'action="/action"') => `<Connect ${attributes}>${noun}</Connect>`

describe('<ConversationRelay>', () => {
  it('opens its socket while the call rings, and answers when it is open', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response(connect(relay())))
    expect(call.told).toEqual(['ring', 'session wss://app.test/ws'])
    call.sessionReady()
    expect(call.told.at(-1)).toBe('answer')
  })

  it('answers first where no codec is agreed on yet, and on Telnyx', async () => {
    const rig = new Rig('telnyx')
    const { call } = await rig.start(response(connect(relay())))
    expect(call.told).toEqual(['ring', 'answer', 'session wss://app.test/ws'])
    expect(call.sessions[0]).toMatchObject({ dialect: 'telnyx', transcriptionLanguage: 'en' })
  })

  it('takes every attribute, in whatever letter case the SDK writes it', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    const noun = voice.connect({ action: '/action' }).conversationRelay({
      url: 'wss://app.test/ws?a=1&b=2',
      welcomeGreeting: 'Hi & welcome',
      welcomeGreetingInterruptible: 'none',
      ttsProvider: 'amazon',
      voice: 'Joanna-Neural',
      transcriptionProvider: 'Google',
      speechModel: 'telephony',
      language: 'en-GB',
      interruptible: 'true',
      interruptSensitivity: 'low',
      dtmfDetection: true,
      reportInputDuringAgentSpeech: true,
      preemptible: true,
      hints: 'one, two',
      debug: 'debugging speaker-events',
      events: 'tokens-played config-updated',
      partialPrompts: true,
      profanityFilter: false,
      ignorebackchannel: 'true',
      speechtimeout: '1200',
      deepgramsmartformat: 'false',
      elevenlabsTextNormalization: 'on',
      eotThreshold: '0.6',
      applicationReconnect: 'true',
      backgroundnoisereduction: 'high',
      intelligenceService: 'GA1',
    } as object)
    noun.language({ code: 'multi', ttsProvider: 'ElevenLabs', voice: 'v', speechModel: 'nova-3-general' })
    noun.parameter({ name: 'customerId', value: '42' })
    const { call } = await rig.start(voice.toString())
    expect(rig.complaints).toEqual([
      expect.stringMatching(/backgroundNoiseReduction has no effect$/),
      expect.stringMatching(/intelligenceService has no effect$/),
    ])
    expect(call.sessions[0]).toMatchObject({
      url: 'wss://app.test/ws?a=1&b=2',
      dialect: 'twilio',
      welcomeGreeting: 'Hi & welcome',
      welcomeGreetingInterruptible: 'none',
      ttsProvider: 'amazon',
      voice: 'Joanna-Neural',
      ttsLanguage: 'en-GB',
      transcriptionLanguage: 'en-GB',
      interruptible: 'any',
      interruptSensitivity: 'low',
      dtmfDetection: true,
      reportInputDuringAgentSpeech: 'any',
      preemptible: true,
      hints: ['one', 'two'],
      subscriptions: ['tokens-played', 'debugging', 'speaker-events'],
      partialPrompts: true,
      profanityFilter: false,
      ignoreBackchannel: true,
      speechTimeout: 1200,
      deepgramSmartFormat: false,
      elevenlabsTextNormalization: 'on',
      eotThreshold: 0.6,
      applicationReconnect: true,
      languages: [{ code: 'multi', ttsProvider: 'ElevenLabs', voice: 'v', speechModel: 'nova-3-general' }],
      parameters: { customerId: '42' },
    })
  })

  it('ignores what samples still carry, and what nobody knows', async () => {
    const rig = new Rig()
    const inner = '<Failover ttsProvider="Google"/><Other/>'
    const { call } = await rig.start(response(connect(relay('interruptByDtmf="true" colour="red"', inner))))
    expect(call.sessions[0]).toMatchObject({ failover: [{ ttsProvider: 'Google' }] })
    expect(rig.problems).toEqual([12200, 12200, 12200])
  })

  it('tells the action URL how the app ended it, and follows what comes back', async () => {
    const rig = new Rig()
    rig.pages['/action'] = response('<Say>Bye</Say>')
    const { call } = await rig.start(response(connect(relay()), '<Say>never</Say>'))
    call.sessionReady()
    const id = call.session
    await rig.pass(9_400)
    call.sessionOver('app-ended', { handoffData: '{"reason":"x"}' })
    await rig.settle()
    const { method, parameters } = rig.asked('/action')!
    expect(method).toBe('POST')
    expect(parameters).toMatchObject({
      CallSid: call.identity.callSid,
      CallStatus: 'in-progress',
      SessionId: id,
      SessionStatus: 'ended',
      SessionDuration: '9',
      HandoffData: '{"reason":"x"}',
    })
    expect(parameters).not.toHaveProperty('ErrorCode')
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Bye' })
  })

  it.each([
    ['app-socket-lost', 'closed with 1006'],
    ['too-many-invalid-frames', 'ten in a row'],
  ] as const)('tells of an app that was lost as recorded; the call goes on: %s', async (cause, detail) => {
    const rig = new Rig()
    rig.pages['/action'] = response(connect(relay()))
    const { call } = await rig.start(response(connect(relay())))
    call.sessionReady()
    call.sessionOver(cause, { detail })
    await rig.settle()
    expect(rig.asked('/action')!.parameters).toMatchObject({
      SessionStatus: 'failed',
      ErrorCode: '64105',
      ErrorMessage: 'Websocket ended',
      CallStatus: 'in-progress',
    })
    expect(rig.asked('/action')!.parameters).not.toHaveProperty('HandoffData')
    expect(call.sessions.length).toBe(2)
    expect(rig.problems).toEqual([64105])
    expect(rig.complaints[0]).toContain(detail)
  })

  it('tells of a caller who hung up, and follows nothing', async () => {
    const rig = new Rig()
    rig.pages['/action'] = response('<Say>Bye</Say>')
    const { call, run } = await rig.start(response(connect(relay())))
    call.sessionReady()
    call.hangUp()
    await rig.settle()
    expect(rig.asked('/action')!.parameters).toMatchObject({
      SessionStatus: 'completed',
      CallStatus: 'completed',
    })
    expect(await run.done).toBe('call-over')
    expect(call.announcements).toEqual([])
    expect(rig.problems).toEqual([])
  })

  it('goes on with the next verb where there is no action', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response(connect(relay(), ''), '<Say>Next</Say>'))
    call.sessionReady()
    call.sessionOver('app-ended')
    await rig.settle()
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Next' })
  })

  it('leaves a caller busy whose app cannot be reached, where nothing follows', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response(connect(relay(), '')))
    call.sessionOver('app-connect-failed', { detail: 'refused' })
    await rig.settle()
    expect(call.told.at(-1)).toBe('reject 486 the document is over')
    expect(rig.complaints).toEqual([expect.stringMatching(/^<ConversationRelay> in line 1: .* refused$/)])
    expect(rig.problems).toEqual([64102])
  })

  it('asks the action by GET where it says so', async () => {
    const rig = new Rig()
    rig.pages['/action'] = response()
    const { call } = await rig.start(response(connect(relay(), 'action="/action" method="get"')))
    call.sessionOver('app-connect-failed', { detail: 'refused' })
    await rig.settle()
    expect(rig.asked('/action')).toMatchObject({ method: 'GET', parameters: { ErrorCode: '64102' } })
  })

  it.each([
    ['speechTimeout="500"', 'speechTimeout is 500 and must be a whole number from 600 to 5000'],
    ['interruptible="maybe"', 'interruptible is "maybe" and must be none, dtmf, speech or any'],
  ])('lets the app hear of %s', async (attribute, refusal) => {
    const rig = new Rig()
    const { call } = await rig.start(response(connect(relay(attribute))))
    expect(call.sessions[0]).toMatchObject({ url: 'wss://app.test/ws', refusal })
    expect(rig.problems).toEqual([64101])
  })

  it.each(['', 'https://app.test/ws', 'ws://elsewhere.test/ws'])(
    'fails at once with the URL "%s"',
    async (url) => {
      const rig = new Rig()
      rig.pages['/action'] = response()
      const { call } = await rig.start(response(connect(`<ConversationRelay url="${url}"/>`)))
      expect(call.sessions).toEqual([])
      expect(rig.problems).toEqual([64101])
      expect(rig.asked('/action')!.parameters).toMatchObject({ SessionStatus: 'failed', ErrorCode: '64101' })
    },
  )

  it.each(['ws://127.0.0.1:9000/ws', 'ws://localhost/ws', 'ws://[::1]:80/', 'ws://apps.lan/ws'])(
    'may be without TLS at %s',
    async (url) => {
      const rig = new Rig()
      const { call } = await rig.start(response(connect(`<ConversationRelay url="${url}"/>`)))
      expect(call.sessions[0]).toMatchObject({ url })
    },
  )

  it('ends when other instructions come, before they begin', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response(connect(relay())))
    call.sessionReady()
    rig.twiml.run({ call, source: { twiml: response(connect(relay('', ''), '')) } })
    await rig.settle()
    expect(call.told.slice(3)).toEqual(['end session stopped', 'session wss://app.test/ws'])
    expect(rig.asked('/action')).toBeUndefined()
  })

  it('takes a TeXML document as Telnyx shows it', async () => {
    const rig = new Rig('telnyx')
    const { call } = await rig.start(`<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Connect action="/action">
    <ConversationRelay url="wss://yourdomain.com/conversation-relay" interruptible="none"
        welcomeGreeting="Welcome." welcomeGreetingInterruptible="none"
        voice="Telnyx.Natural.abbie" language="en" transcriptionProvider="deepgram" dtmfDetection="true">
      <Language code="fr" voice="Telnyx.NaturalHD.astra" transcriptionProvider="google" />
      <Parameter name="customer_id" value="customer_123" />
    </ConversationRelay>
  </Connect>
  <Say voice="Telnyx.Natural.abbie">Conversation Relay has ended. Goodbye.</Say>
  <Hangup />
</Response>`)
    expect(rig.requests[0]!.parameters).toMatchObject({
      AccountSid: call.facts.accountId,
      CallSid: call.identity.callControlId,
      CallingPartyType: 'pstn',
      CallStatus: 'ringing',
    })
    expect(call.sessions[0]).toMatchObject({
      interruptible: 'none',
      voice: 'Telnyx.Natural.abbie',
      languages: [{ code: 'fr', voice: 'Telnyx.NaturalHD.astra', transcriptionProvider: 'google' }],
      parameters: { customer_id: 'customer_123' },
    })
    rig.pages['/action'] = { status: 204, contentType: '' }
    call.sessionOver('app-ended')
    await rig.settle()
    expect(call.told.at(-1)).toBe('hangup the document is over')
  })
})

describe('<Connect><Stream>', () => {
  it('carries the audio both ways until the app closes it', async () => {
    const rig = new Rig()
    const voice = new twilio.twiml.VoiceResponse()
    const stream = voice.connect().stream({ url: 'wss://app.test/media', statusCallback: '/stream' })
    stream.parameter({ name: 'a', value: 'b' })
    voice.say('Next')
    const { call } = await rig.start(voice.toString())
    const [streaming] = call.streams
    expect(streaming!.id).toMatch(/^MZ[0-9a-f]{32}$/)
    expect(streaming!.wish).toEqual({
      url: 'wss://app.test/media',
      dialect: 'twilio',
      track: 'inbound',
      codec: 'PCMU',
      sampleRate: 8000,
      bidirectional: { mode: 'rtp', codec: 'PCMU', sampleRate: 8000, target: 'self' },
      parameters: { a: 'b' },
      authToken: undefined,
      facts: { accountSid: call.facts.accountSid, callSid: call.identity.callSid },
    })
    streaming!.connect()
    await rig.settle()
    streaming!.finish('app-closed')
    await rig.settle()
    expect(call.announcements[0]!.item).toMatchObject({ text: 'Next' })
    expect(rig.callbacks.map(({ url, parameters }) => [url, parameters['StreamEvent']])).toEqual([
      [`${APP}/stream`, 'stream-started'],
      [`${APP}/stream`, 'stream-stopped'],
    ])
    expect(rig.callbacks[0]!.parameters).toMatchObject({ StreamSid: streaming!.id })
  })

  it('is closed when the call is over, or under other instructions', async () => {
    const rig = new Rig()
    const { call } = await rig.start(response(connect('<Stream url="wss://app.test/media"/>', '')))
    rig.twiml.run({ call, source: { twiml: response('<Pause/>') } })
    await rig.settle()
    expect(call.streams[0]!.isOver).toBe(true)
  })

  it('tells why it could not be opened', async () => {
    const rig = new Rig()
    const noun = '<Stream url="wss://app.test/media?a=b" statusCallback="/s"/>'
    const { call } = await rig.start(response(connect(noun, '')))
    expect(rig.problems).toEqual([31923])
    call.streams[0]!.finish('connect-failed', 'refused')
    await rig.settle()
    expect(rig.callbacks[0]!.parameters).toMatchObject({
      StreamEvent: 'stream-error',
      StreamError: 'refused',
    })
  })
})
