import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codes, Rig } from './support/rig.js'

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(() => rig.close())

const url = 'wss://example.com/relay'

/** Settings of the session that a body starts. */
async function started(body: object) {
  const call = rig.answered()
  const answer = await rig.command(call, 'conversation_relay_start', body)
  expect(answer.body).toMatchObject({ data: { result: 'ok', conversation_relay_id: call.session } })
  return call.sessions[0]!
}

describe('starting a session', () => {
  it('takes the example of the documentation', async () => {
    const settings = await started({
      url,
      dtmf_detection: true,
      interruptible: 'speech',
      interruptible_greeting: 'dtmf',
      greeting: 'Hi! Ask me anything!',
      voice: 'Telnyx.KokoroTTS.af',
      tts_provider: 'telnyx',
      voice_settings: { type: 'telnyx' },
      language: 'en-US',
      languages: [
        {
          language: 'en-US',
          tts_provider: 'telnyx',
          voice: 'Telnyx.KokoroTTS.af',
          transcription_engine: 'Deepgram',
          transcription_engine_config: { transcription_model: 'deepgram/nova-3' },
        },
      ],
      custom_parameters: { customer_id: '12345' },
    })
    expect(settings).toMatchObject({
      url,
      dialect: 'telnyx',
      dtmfDetection: true,
      interruptible: 'speech',
      welcomeGreetingInterruptible: 'dtmf',
      welcomeGreeting: 'Hi! Ask me anything!',
      ttsProvider: 'telnyx',
      voice: 'Telnyx.KokoroTTS.af',
      voiceSettings: { type: 'telnyx', voice_speed: 1 },
      ttsLanguage: 'en-US',
      transcriptionLanguage: 'en-US',
      partialPrompts: true,
      parameters: { customer_id: '12345' },
    })
    expect(settings.languages).toEqual([
      {
        code: 'en-US',
        ttsProvider: 'telnyx',
        voice: 'Telnyx.KokoroTTS.af',
        transcriptionProvider: 'Deepgram',
        speechModel: 'nova-3',
        transcriptionSettings: { transcription_model: 'deepgram/nova-3' },
      },
    ])
  })

  it("has a language's own key terms", async () => {
    const config = { transcription_model: 'deepgram/nova-3', keyterms: ['Ponte', 'Tejo'] }
    const { languages } = await started({
      url,
      languages: [
        { language: 'pt', transcription_engine: 'Deepgram', transcription_engine_config: config },
        { language: 'en', transcription_engine: 'Deepgram' },
      ],
    })
    expect(languages.map(({ hints }) => hints)).toEqual([['Ponte', 'Tejo'], undefined])
  })

  it('has the defaults of the documentation', async () => {
    expect(await started({ url })).toMatchObject({
      interruptible: 'any',
      welcomeGreetingInterruptible: 'any',
      dtmfDetection: false,
      ttsLanguage: 'en',
      transcriptionLanguage: 'en',
      welcomeGreeting: '',
    })
  })

  it.each([
    [{ url, conversation_relay_url: 'wss://b/', conversation_relay_settings: { url: 'wss://c/' } }, url],
    [{ conversation_relay_url: 'wss://b/', conversation_relay_settings: { url: 'wss://c/' } }, 'wss://b/'],
    [{ conversation_relay_settings: { url: 'ws://c/' } }, 'ws://c/'],
  ])('finds the URL in %j', async (body, expected) => {
    expect((await started(body)).url).toBe(expected)
  })

  it.each([
    [{ dtmf_detection: false, conversation_relay_dtmf_detection: true }, false],
    [{ conversation_relay_dtmf_detection: true }, true],
    [{ conversation_relay_settings: { dtmf_detection: true } }, true],
  ])('finds dtmf_detection in %j', async (body, expected) => {
    expect((await started({ url, ...body })).dtmfDetection).toBe(expected)
  })

  it.each([
    [{ interruptible: true, interruptible_greeting: false }, 'any', 'none'],
    [{ interruptible: 'dtmf', conversation_relay_settings: { interruptible: 'none' } }, 'dtmf', 'any'],
    [
      { conversation_relay_settings: { interruptible: 'speech', interruptible_greeting: 'dtmf' } },
      'speech',
      'dtmf',
    ],
    [
      { interruption_settings: { interruptible: 'speech', welcome_greeting_interruptible: 'dtmf' } },
      'speech',
      'dtmf',
    ],
    [{ interruption_settings: { enable: false } }, 'none', 'none'],
    [{ interruption_settings: { enable: true, interruptible_greeting: 'none' } }, 'any', 'none'],
    [
      { interruptible: 'any', interruption_settings: { enable: false, interruptible: 'speech' } },
      'any',
      'none',
    ],
  ])('reads what may interrupt from %j', async (body, interruptible, welcomeGreetingInterruptible) => {
    expect(await started({ url, ...body })).toMatchObject({ interruptible, welcomeGreetingInterruptible })
  })

  it.each([
    [{ voice: 'Telnyx.NaturalHD.astra' }, 'Telnyx'],
    [{ voice: 'aws.Polly.Joanna-Neural' }, 'aws'],
    [{ voice: 'Azure.en-US-Ava:DragonHDLatestNeural' }, 'Azure'],
    [{ voice: 'somebody' }, ''],
    [{ voice: 'Telnyx.KokoroTTS.af', tts_provider: 'elevenlabs' }, 'elevenlabs'],
  ])('derives the provider from %j', async (body, provider) => {
    expect((await started({ url, ...body })).ttsProvider).toBe(provider)
  })

  it('takes provider and structured_provider together', async () => {
    const structured_provider = { voice_id: 'v1', model_id: 'Default' }
    expect(await started({ url, provider: 'elevenlabs', structured_provider })).toMatchObject({
      ttsProvider: 'elevenlabs',
      voice: 'v1',
      voiceSettings: structured_provider,
    })
    const call = rig.answered()
    const alone = await rig.command(call, 'conversation_relay_start', { url, provider: 'elevenlabs' })
    expect(alone).toMatchObject({
      status: 422,
      body: { errors: [{ code: '10004', source: { pointer: '/structured_provider' } }] },
    })
  })

  it.each([
    ['A', 'Google'],
    ['B', 'Telnyx'],
    ['deepgram', 'Deepgram'],
    ['xAI', 'xAI'],
  ])('knows the engine %s', async (transcription_engine, provider) => {
    expect((await started({ url, transcription_engine })).transcriptionProvider).toBe(provider)
  })

  it('reads what every engine has out of its options, and ignores what makes no sense', async () => {
    const settings = await started({
      url,
      transcription_engine: 'Deepgram',
      transcription_engine_config: {
        transcription_model: 'deepgram/nova-2',
        language: 'auto_detect',
        hints: ['one', 5],
        keyterm: 'two',
        keywords_boosting: { three: 2 },
        speech_context: [{ phrases: ['four'] }, 'x'],
        smart_format: false,
        profanity_filter: true,
        eot_threshold: 7,
      },
    })
    expect(settings).toMatchObject({
      speechModel: 'nova-2',
      transcriptionLanguage: 'multi',
      hints: ['one', 'two', 'four', 'three'],
      deepgramSmartFormat: false,
      profanityFilter: true,
      eotThreshold: 0.8,
    })
    expect(settings.transcriptionSettings).toMatchObject({ keywords_boosting: { three: 2 } })
  })

  it('merges parameters, as text', async () => {
    const settings = await started({
      url,
      assistant: { dynamic_variables: { a: '1', b: 'assistant' } },
      custom_parameters: { b: 'custom', c: 7, d: { e: true }, f: null },
    })
    expect(settings.parameters).toEqual({ a: '1', b: 'custom', c: '7', d: '{"e":true}' })
  })

  it('resolves the key that a voice names, and leaves unknown names alone', async () => {
    await rig.request('POST', '/integration_secrets', {
      identifier: 'my_key',
      type: 'bearer',
      token: 's3cret',
    })
    const voice_settings = { type: 'elevenlabs', api_key_ref: 'my_key' }
    expect((await started({ url, voice_settings })).voiceSettings).toMatchObject({ apiKey: 's3cret' })
    const unknown = { type: 'elevenlabs', api_key_ref: 'none' }
    expect((await started({ url, voice_settings: unknown })).voiceSettings).toEqual(unknown)
  })

  it.each([
    { type: 'telnyx', voice_speed: 2 },
    { type: 'elevenlabs', api_key_ref: 'k' },
    { type: 'aws' },
    { type: 'azure', region: 'eastus', effect: 'eq_car', gender: 'Male', deployment_id: 'd' },
    { type: 'minimax', speed: 1.5, vol: 2, pitch: 1, language_boost: 'Chinese,Yue' },
    { type: 'rime', voice_speed: 1.1 },
    { type: 'resemble', precision: 'MULAW', sample_rate: '8000', format: 'wav' },
    { type: 'inworld', delivery_mode: 'STABLE' },
    { type: 'xai', language: 'en' },
  ])('takes voice settings %j', async (voice_settings) => {
    expect((await started({ url, voice_settings })).voiceSettings).toEqual(voice_settings)
  })
})

describe('what is refused', () => {
  it.each([
    [{}, '10004', '/url'],
    [{ url: 'https://example.com' }, '10003', '/url'],
    [{ conversation_relay_settings: { url: 'nowhere' } }, '10003', '/conversation_relay_settings/url'],
    [{ url, voice_settings: { type: 'telnyx', voice_speed: 3 } }, '10033', '/voice_settings/voice_speed'],
    [{ url, voice_settings: { type: 'nobody' } }, '10032', '/voice_settings/type'],
    [{ url, interruptible: 'sometimes' }, '10032', '/interruptible'],
    [{ url, interruptible: 7 }, '10026', '/interruptible'],
    [{ url, greeting: 7 }, '10026', '/greeting'],
    [{ url, transcription_engine: 'C' }, '10032', '/transcription_engine'],
    [{ url, language: 'not a language' }, '90013', '/language'],
    [{ url, languages: [{ voice: 'x' }] }, '10004', '/languages/0/language'],
    [{ url, languages: [{ language: 'en' }, { language: 'en' }] }, '10027', '/languages'],
    [{ url, transcription: { model: 'x' } }, '10027', '/transcription'],
    [{ url, client_state: 'not base64!' }, '90017', '/client_state'],
  ])('%j: %s at %s', async (body, code, pointer) => {
    const call = rig.answered()
    const answer = await rig.command(call, 'conversation_relay_start', body)
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0]).toMatchObject({ code, source: { pointer } })
    expect(call.sessions).toEqual([])
  })

  it('a second session, and any before the answer', async () => {
    const call = rig.incoming()
    expect(codes(await rig.command(call, 'conversation_relay_start', { url }))).toEqual(['90034'])
    call.pickUp()
    expect((await rig.command(call, 'conversation_relay_start', { url })).status).toBe(200)
    const second = await rig.command(call, 'conversation_relay_start', { url })
    expect(second).toMatchObject({ status: 422, body: { errors: [{ code: '90061' }] } })
  })
})

describe('the end of a session', () => {
  it('is told with its reason and the settings that were asked for', async () => {
    const call = rig.answered()
    await rig.command(call, 'conversation_relay_start', {
      url,
      voice: 'Telnyx.KokoroTTS.af',
      transcription_engine: 'Deepgram',
      transcription_engine_config: { transcription_model: 'deepgram/nova-3' },
    })
    const { session } = call
    rig.calls.clock.advance(3200)
    call.sessionOver('app-socket-lost')
    expect(rig.payload('call.conversation.ended')).toMatchObject({
      conversation_id: session,
      reason: 'customer_disconnect',
      duration_sec: 3,
      calling_party_type: 'pstn',
      stt_model: 'deepgram/nova-3',
      tts_provider: 'telnyx',
      tts_model_id: 'KokoroTTS',
      tts_voice_id: 'af',
    })
    expect(rig.sent.at(-1)!.payload).toHaveProperty('created_at')
  })

  it('tells what was heard and spoken with, where the app left that to the relay', async () => {
    const call = rig.answered()
    await rig.command(call, 'conversation_relay_start', { url })
    call.sessionOver('app-ended', { engines: { stt: 'pocketsphinx', tts: 'flite', voice: 'slt' } })
    expect(rig.payload('call.conversation.ended')).toMatchObject({
      stt_model: 'pocketsphinx',
      tts_provider: 'flite',
      tts_voice_id: 'slt',
    })
  })

  it("carries the app's hand-off data; the call goes on and takes another session", async () => {
    const call = rig.answered()
    await rig.command(call, 'conversation_relay_start', { url })
    call.sessionOver('app-ended', { handoffData: '{"to":"sales"}' })
    expect(rig.payload('call.conversation.ended')).toMatchObject({
      reason: null,
      handoff_data: '{"to":"sales"}',
    })
    expect((await rig.command(call, 'conversation_relay_start', { url })).status).toBe(200)
  })

  it('comes by a command, with or without a body, and once only', async () => {
    const call = rig.answered()
    await rig.command(call, 'conversation_relay_start', { url })
    expect((await rig.command(call, 'conversation_relay_stop')).body).toEqual({ data: { result: 'ok' } })
    expect((await rig.command(call, 'conversation_relay_stop', {})).status).toBe(200)
    expect(rig.events).toEqual(['call.conversation.ended'])
    expect(rig.payload('call.conversation.ended').reason).toBe('stopped')
    expect(call.state).toBe('answered')
  })

  it('comes before the end of the call', async () => {
    const call = rig.answered()
    await rig.command(call, 'conversation_relay_start', { url })
    call.hangUp()
    expect(rig.events).toEqual(['call.conversation.ended', 'call.hangup'])
    expect(rig.payload('call.conversation.ended').reason).toBe('call_hangup')
  })
})

describe('conversation_relay_config', () => {
  it('starts the session when the call is answered', async () => {
    const call = rig.incoming()
    const conversation_relay_config = { url, greeting: 'Hello', custom_parameters: { a: 'b' } }
    const answer = await rig.command(call, 'answer', { conversation_relay_config })
    expect(answer.body).toEqual({ data: { result: 'ok' } })
    expect(call.sessions).toMatchObject([{ url, welcomeGreeting: 'Hello', parameters: { a: 'b' } }])
    expect(rig.events).toEqual(['call.initiated', 'call.answered'])
  })

  it('is checked before anything is done', async () => {
    const call = rig.incoming()
    const wrong = await rig.command(call, 'answer', { conversation_relay_config: { greeting: 'Hello' } })
    expect(wrong.body.errors[0]).toMatchObject({
      code: '10004',
      source: { pointer: '/conversation_relay_config/url' },
    })
    expect(call.state).toBe('ringing')
  })
})
