import { describe, expect, it } from 'vitest'
import type { SpeechToText, TextToSpeech } from '../../../src/speech/engine.js'
import { registry } from './cloud-registry.js'

const key = { apiKey: 'k3y' }
/** Names of the engines that would speak, in their order. */
const line = (engine: TextToSpeech | SpeechToText) => {
  const { candidates } = engine as unknown as { candidates?: { engine: { name: string } }[] }
  return candidates?.map(({ engine: { name } }) => name) ?? [engine.name]
}

describe('voices of vendors that are configured', () => {
  it.each([
    // provider, voice, language → engine, voice, model
    ['ElevenLabs', '', 'en-US', 'elevenlabs', 'UgBBYS2sOqTuMpoF3BR0', undefined],
    [
      'ElevenLabs',
      'ZF6FPAbjXT4488VcRRnw-flash_v2_5-1.0_1.0_1.0',
      'es-ES',
      'elevenlabs',
      'ZF6FPAbjXT4488VcRRnw',
      'eleven_flash_v2_5',
    ],
    ['', 'ElevenLabs.BaseModel.John', 'en', 'elevenlabs', 'John', undefined],
    ['', 'Rime.ArcanaV3.albion', 'en', 'rime', 'albion', 'coda'],
    ['', 'Inworld.Max.Oliver', 'en', 'inworld', 'Oliver', 'inworld-tts-1.5-max'],
    [
      '',
      'Minimax.speech-2.8-turbo.English_Graceful_Lady',
      'en',
      'minimax',
      'English_Graceful_Lady',
      'speech-2.8-turbo',
    ],
    ['', 'xAI.eve', 'en-US', 'xai', 'eve', undefined],
    ['', 'Soniox.tts-rt-v2.Emma', 'en', 'soniox', 'Emma', 'tts-rt-v2'],
    ['Deepgram', 'thalia', 'en-US', 'deepgram', 'aura-2-thalia-en', undefined],
    ['telnyx', 'Telnyx.KokoroTTS.af', 'en', 'telnyx', 'KokoroTTS.af', undefined],
  ])('%s | %s | %s → %s %s', async (provider, voice, language, engine, name, model) => {
    const accounts = ['elevenlabs', 'rime', 'inworld', 'minimax', 'xai', 'soniox', 'deepgram', 'telnyx']
    const speech = await registry(Object.fromEntries(accounts.map((account) => [account, key])))
    const found = speech.resolveTts({ provider, voice, language })
    expect([found.engine.name, found.voice, found.model, found.warning]).toEqual([
      engine,
      name,
      model,
      undefined,
    ])
  })

  it.each([
    [
      'ElevenLabs',
      'Google.en-US-Neural2-F',
      'en-US',
      64101,
      'Invalid values (elevenlabs/en-US/Google.en-US-Neural2-F) for tts settings',
    ],
    ['ElevenLabs', 'UgBBYS2sOqTuMpoF3BR0-nova_3', 'en-US', 64101, /^Invalid values/],
    ['ElevenLabs', '', 'tlh', 64106, 'ElevenLabs does not speak "tlh"'],
  ])('%s %s %s is refused with %s %i', async (provider, voice, language, twilio, message) => {
    const speech = await registry({ elevenlabs: key })
    const resolve = () => speech.resolveTts({ provider, voice, language })
    expect(resolve).toThrow(expect.objectContaining({ twilio }))
    expect(resolve).toThrow(message)
  })

  it('stand in for what is not configured only in their own voices, with a warning', async () => {
    const speech = await registry({ deepgram: key })
    const found = speech.resolveTts({
      provider: 'ElevenLabs',
      voice: 'Charlie-flash_v2_5',
      language: 'en-US',
    })
    expect(found).toMatchObject({ voice: 'aura-2-apollo-en' })
    expect(found.warning).toBe(
      'ElevenLabs voice "Charlie-flash_v2_5" is not available here: deepgram voice "aura-2-apollo-en" speaks instead',
    )
  })

  it("go before local ones, which stand by; a local voice's name is spoken by its engine all the same", async () => {
    const speech = await registry({ deepgram: key, cartesia: key })
    const found = speech.resolveTts({ provider: '', voice: '', language: 'en-US' })
    expect(line(found.engine)).toEqual(['cartesia', 'deepgram', 'local'])
    expect(line(speech.resolveTts({ provider: '', voice: 'slt', language: 'en-US' }).engine)[0]).toBe('local')
  })

  it('are tried in the order that the configuration has for the language', async () => {
    const tts = { en: ['deepgram'], '*': ['cartesia', 'deepgram'] }
    const speech = await registry({ deepgram: key, cartesia: key }, { tts })
    const wish = { provider: '', voice: '' }
    expect(line(speech.resolveTts({ ...wish, language: 'en-GB' }).engine)).toEqual(['deepgram', 'local'])
    expect(line(speech.resolveTts({ ...wish, language: 'de' }).engine)).toEqual([
      'cartesia',
      'deepgram',
      'local',
    ])
  })

  it('may be named by the app to stand in', async () => {
    const speech = await registry({ deepgram: key, cartesia: key, rime: key })
    const { engine } = speech.resolveTts({
      provider: 'rime',
      voice: 'luna',
      language: 'en-US',
      instead: [
        { provider: 'deepgram', voice: 'thalia' },
        { provider: 'azure', voice: '' },
      ],
    })
    expect(line(engine)).toEqual(['rime', 'deepgram', 'cartesia', 'local'])
  })

  it('speak with a key that the app brought', async () => {
    const speech = await registry({})
    const wish = { provider: '', voice: 'ElevenLabs.BaseModel.Charlie', language: 'en' }
    expect(speech.resolveTts(wish).warning).toMatch(/not available here/)
    const found = speech.resolveTts({ ...wish, settings: { apiKey: 'its own', api_key_ref: 'my_key' } })
    expect(found).toMatchObject({ voice: 'IKne3meq5aSn9XLyUdCD' })
    expect(found.engine.name).toBe('elevenlabs')
    expect(found.warning).toBeUndefined()
  })

  it('of others are spoken by Telnyx, as Telnyx writes them', async () => {
    const speech = await registry({ telnyx: key })
    const found = speech.resolveTts({ provider: '', voice: 'Azure.en-US-AvaNeural', language: 'en-US' })
    expect([found.engine.name, found.voice, found.warning]).toEqual([
      'telnyx',
      'Azure.en-US-AvaNeural',
      undefined,
    ])
  })
})

describe('recognisers of vendors that are configured', () => {
  it.each([
    ['Deepgram', 'nova-3-general', 'en-US', 'deepgram'],
    ['Deepgram', 'flux', 'en-US', 'deepgram-flux'],
    ['deepgram', 'flux-general-multi', 'multi', 'deepgram-flux'],
    ['Deepgram', '', 'multi', 'deepgram'],
    ['B', 'whisper-tiny', 'de', 'telnyx'],
    ['Telnyx', 'openai/whisper-large-v3-turbo', 'en', 'telnyx'],
    ['AssemblyAI', 'universal-streaming', 'en', 'assemblyai'],
    ['xAI', 'grok-stt', 'en', 'xai'],
    // <Gather speechModel>
    ['', 'deepgram_nova-3', 'en-US', 'deepgram'],
    ['', 'deepgram_nova-2', 'th-TH', 'deepgram'],
    ['', 'googlev2_telephony', 'en-US', 'google'],
    ['', 'googlev2_chirp_3', 'multi', 'google'],
    ['', 'phone_call', 'en-US', 'deepgram-flux'],
  ])('%s | %s | %s → %s', async (provider, model, language, engine) => {
    const google = { apiKey: 'k', project: 'shop' }
    const speech = await registry({ deepgram: key, telnyx: key, assemblyai: key, xai: key, google })
    const found = speech.resolveStt({ provider, model, language })
    expect([found.engine.name, found.warning]).toEqual([engine, undefined])
  })

  it('find the language out where the model does', async () => {
    const speech = await registry({ google: { apiKey: 'k', project: 'shop' } })
    const resolve = (model: string) => speech.resolveStt({ provider: 'Google', model, language: 'multi' })
    expect(resolve('chirp_3').language).toBe('multi')
    expect(() => resolve('telephony')).toThrow('Google does not recognise "multi"')
  })

  it('are missed by name where <Gather> has the name in its model', async () => {
    const speech = await registry({})
    const found = speech.resolveStt({ provider: '', model: 'deepgram_nova-3', language: 'en-US' })
    expect([found.engine.name, found.warning]).toEqual([
      'ears',
      'Deepgram is not available here: ears listens instead',
    ])
  })

  it.each([
    ['telephony', 'en-US', 64101, 'Invalid values (Deepgram/en-US/telephony) for transcription settings'],
    ['nova-2', 'ta-IN', 64101, /^Invalid values/],
    ['', 'tlh', 64106, 'Deepgram does not recognise "tlh"'],
  ])('Deepgram with %s for %s is refused with %i', async (model, language, twilio, message) => {
    const speech = await registry({ deepgram: key })
    const resolve = () => speech.resolveStt({ provider: 'Deepgram', model, language })
    expect(resolve).toThrow(expect.objectContaining({ twilio }))
    expect(resolve).toThrow(message)
  })

  it('are followed by those that stand by, where they understand the language', async () => {
    const speech = await registry({ deepgram: key, soniox: key })
    expect(line(speech.resolveStt({ provider: 'Deepgram', model: '', language: 'en-US' }).engine)).toEqual([
      'deepgram',
      'deepgram-flux',
      'soniox',
      'ears',
    ])
    expect(line(speech.resolveStt({ provider: 'soniox', model: '', language: 'th' }).engine)).toEqual([
      'soniox',
      'deepgram',
    ])
  })

  it('of others are reached by Telnyx', async () => {
    const speech = await registry({ telnyx: key })
    const found = speech.resolveStt({ provider: 'Deepgram', model: 'nova-3', language: 'en-US' })
    expect([found.engine.name, found.warning]).toEqual(['telnyx', undefined])
  })
})
