import { describe, expect, it } from 'vitest'
import { FailoverStt } from '../../../src/speech/failover/failover-stt.js'
import { FailoverTts } from '../../../src/speech/failover/failover-tts.js'
import type { ResolvedSpeechToText, ResolvedTextToSpeech } from '../../../src/speech/resolve/wishes.js'
import { registry } from './cloud-registry.js'

// Every form of name that the platforms' documents show, with all vendors configured.

const accounts = {
  ...Object.fromEntries(
    [
      ...['elevenlabs', 'cartesia', 'deepgram', 'rime', 'inworld', 'minimax', 'resemble', 'xai', 'soniox'],
      ...['telnyx', 'openai', 'assemblyai', 'speechmatics'],
    ].map((name) => [name, { apiKey: 'k3y' }]),
  ),
  azure: { apiKey: 'k3y', region: 'eastus' },
  google: { apiKey: 'k3y', project: 'shop' },
  aws: { apiKey: 'AKID', apiSecret: 's3cret', region: 'us-east-1' },
}

const uuid = '0b2e4a6c-1d3f-4a5b-8c7d-9e0f1a2b3c4d'
const voiceId = 'ZF6FPAbjXT4488VcRRnw'

/** The settings that the engine in front is asked with. */
const settingsOf = ({ engine }: ResolvedTextToSpeech) => {
  expect(engine).toBeInstanceOf(FailoverTts)
  const { candidates } = engine as unknown as {
    candidates: readonly { settings: (wishes: object) => object }[]
  }
  return candidates[0]!.settings({})
}

describe("Telnyx's names of voices", () => {
  it.each([
    // voice, language → engine, voice, model
    ['Telnyx.KokoroTTS.af', 'en', 'telnyx', 'KokoroTTS.af', undefined],
    ['Telnyx.KokoroTTS.af_heart', 'en-US', 'telnyx', 'KokoroTTS.af_heart', undefined],
    ['Telnyx.Natural.abbie', 'en', 'telnyx', 'Natural.abbie', undefined],
    ['Telnyx.NaturalHD.astra', 'fr', 'telnyx', 'NaturalHD.astra', undefined],
    ['Telnyx.Ultra.alloy', 'en-US', 'telnyx', 'Ultra.alloy', undefined],
    [`Telnyx.Ultra.${uuid}`, 'en', 'telnyx', `Ultra.${uuid}`, undefined],
    ['Telnyx.Qwen3TTS.my-clone', 'en', 'telnyx', 'Qwen3TTS.my-clone', undefined],
    ['AWS.Polly.Joanna', 'en', 'polly', 'Joanna', undefined],
    ['aws.Polly.Joanna-Neural', 'en-US', 'polly', 'Joanna', 'neural'],
    ['AWS.Polly.Ruth-Generative', 'en-US', 'polly', 'Ruth', 'generative'],
    ['aws.Polly.Generative.Lucia', 'es-ES', 'polly', 'Lucia', 'generative'],
    ['AWS.Polly.Danielle-longform', 'en-US', 'polly', 'Danielle', 'long-form'],
    ['Polly.Amy-Neural', 'en-GB', 'polly', 'Amy', 'neural'],
    ['Azure.en-CA-ClaraNeural', 'en-CA', 'azure', 'en-CA-ClaraNeural', undefined],
    ['Azure.en-US-BrianMultilingualNeural', 'de-DE', 'azure', 'en-US-BrianMultilingualNeural', undefined],
    ['Azure.en-US-Ava:DragonHDLatestNeural', 'en', 'azure', 'en-US-Ava:DragonHDLatestNeural', undefined],
    ['ElevenLabs.BaseModel.John', 'en', 'elevenlabs', 'John', undefined],
    [`ElevenLabs.Default.${voiceId}`, 'en', 'elevenlabs', voiceId, undefined],
    [`ElevenLabs.${voiceId}`, 'en', 'elevenlabs', voiceId, undefined],
    [
      'ElevenLabs.eleven_multilingual_v2.21m00Tcm4TlvDq8ikWAM',
      'de',
      'elevenlabs',
      '21m00Tcm4TlvDq8ikWAM',
      'eleven_multilingual_v2',
    ],
    ['elevenlabs.v3.Adam', 'en', 'elevenlabs', 'pNInz6obpgDQGcFmaJgB', 'eleven_v3'],
    ['elevenlabs.MultiPL.v2.Rachel', 'en', 'elevenlabs', '21m00Tcm4TlvDq8ikWAM', 'eleven_multilingual_v2'],
    ['Minimax.speech-02-turbo.Wise_Woman', 'en', 'minimax', 'Wise_Woman', 'speech-02-turbo'],
    ['Minimax.speech-2.6-turbo.Wise_Woman', 'en', 'minimax', 'Wise_Woman', 'speech-2.6-turbo'],
    [
      'Minimax.speech-2.8-turbo.English_Graceful_Lady',
      'en',
      'minimax',
      'English_Graceful_Lady',
      'speech-2.8-turbo',
    ],
    ['Rime.ArcanaV3.albion', 'en', 'rime', 'albion', 'coda'],
    ['Rime.Arcana.cove', 'en', 'rime', 'cove', 'coda'],
    ['Rime.Coda.astra', 'en', 'rime', 'astra', 'coda'],
    ['elevenlabs.v3.Adam', 'bn-IN', 'elevenlabs', 'pNInz6obpgDQGcFmaJgB', 'eleven_v3'],
    ['Inworld.TTS2.Ashley', 'sv-SE', 'inworld', 'Ashley', 'inworld-tts-2'],
    [
      'elevenlabs.v3_conversational.Adam',
      'en',
      'elevenlabs',
      'pNInz6obpgDQGcFmaJgB',
      'eleven_v3_conversational',
    ],
    ['Rime.Mist.abbie', 'en', 'rime', 'abbie', 'mist'],
    [`Resemble.Turbo.${uuid}`, 'en', 'resemble', uuid, 'Turbo'],
    ['Inworld.Max.Oliver', 'en', 'inworld', 'Oliver', 'inworld-tts-1.5-max'],
    ['Inworld.Mini.Ashley', 'en', 'inworld', 'Ashley', 'inworld-tts-1.5-mini'],
    ['Inworld.TTS2.Ashley', 'en', 'inworld', 'Ashley', 'inworld-tts-2'],
    ['Inworld.inworld-tts-1.5-mini.Ashley', 'en', 'inworld', 'Ashley', 'inworld-tts-1.5-mini'],
    ['xAI.eve', 'en', 'xai', 'eve', undefined],
    ['xAI.ara', 'en', 'xai', 'ara', undefined],
    ['xAI.rex', 'en', 'xai', 'rex', undefined],
    ['xAI.sal', 'en', 'xai', 'sal', undefined],
    ['xAI.leo', 'en', 'xai', 'leo', undefined],
    ['Soniox.tts-rt-v2.Emma', 'en', 'soniox', 'Emma', 'tts-rt-v2'],
    // Vendors that only Telnyx reaches.
    [`FishAudio.s2.1-pro.${uuid}`, 'en', 'telnyx', `FishAudio.s2.1-pro.${uuid}`, undefined],
    ['FishAudio.s1.abc', 'en', 'telnyx', 'FishAudio.s1.abc', undefined],
    ['Humain.sara-ar', 'ar', 'telnyx', 'Humain.sara-ar', undefined],
    // The provider alone.
    ['Rime', 'en', 'rime', 'astra', undefined],
    ['AWS.Polly', 'en-US', 'polly', 'Joanna', undefined],
  ])('%s in %s → %s %s %s', async (voice, language, engine, name, model) => {
    const speech = await registry(accounts)
    const found = speech.resolveTts({ provider: '', voice, language })
    expect([found.engine.name, found.voice, found.model, found.warning]).toEqual([
      engine,
      name,
      model,
      undefined,
    ])
  })
})

describe("Telnyx's voice_settings", () => {
  it.each([
    ['Male', 'en-US-AndrewMultilingualNeural'],
    ['Female', 'en-US-AvaMultilingualNeural'],
  ])('take a voice of Azure that is %s', async (gender, name) => {
    const speech = await registry(accounts)
    const settings = { type: 'azure', gender }
    expect(speech.resolveTts({ provider: '', voice: 'Azure', language: 'en-US', settings }).voice).toBe(name)
  })

  it('name the deployment of a custom voice', async () => {
    const speech = await registry(accounts)
    const settings = { type: 'azure', deployment_id: uuid }
    const wish = { provider: '', voice: 'Azure.OurBrandNeural', language: 'en-US', settings }
    expect(speech.resolveTts(wish)).toMatchObject({ voice: 'OurBrandNeural' })
  })
})

describe("Twilio's pairs of provider and voice", () => {
  it.each([
    ['ElevenLabs', '', 'en-US', 'elevenlabs', 'UgBBYS2sOqTuMpoF3BR0', undefined, {}],
    ['Elevenlabs', voiceId, 'en-US', 'elevenlabs', voiceId, undefined, {}],
    ['block_elevenlabs', voiceId, 'en-US', 'elevenlabs', voiceId, undefined, {}],
    ['ElevenLabs', `${voiceId}-flash_v2_5`, 'es-ES', 'elevenlabs', voiceId, 'eleven_flash_v2_5', {}],
    ['ElevenLabs', `${voiceId}-flash_v2`, 'en-US', 'elevenlabs', voiceId, 'eleven_flash_v2', {}],
    ['ElevenLabs', `${voiceId}-turbo_v2`, 'en-US', 'elevenlabs', voiceId, 'eleven_turbo_v2', {}],
    [
      'ElevenLabs',
      `${voiceId}-turbo_v2_5-0.8_0.7_0.6`,
      'en-US',
      'elevenlabs',
      voiceId,
      'eleven_turbo_v2_5',
      { speed: 0.8, stability: 0.7, similarity_boost: 0.6 },
    ],
    [
      'ElevenLabs',
      'Charlie-flash_v2_5',
      'en-US',
      'elevenlabs',
      'IKne3meq5aSn9XLyUdCD',
      'eleven_flash_v2_5',
      {},
    ],
    ['ElevenLabs', '', 'multi', 'elevenlabs', 'UgBBYS2sOqTuMpoF3BR0', undefined, {}],
    ['Google', 'en-US-Journey-O', 'en-US', 'google', 'en-US-Journey-O', undefined, {}],
    ['google', 'en-US-Journey-F', 'en-US', 'google', 'en-US-Journey-F', undefined, {}],
    ['Google', 'en-US-Chirp3-HD-Aoede', 'en-US', 'google', 'en-US-Chirp3-HD-Aoede', undefined, {}],
    ['Google', '', 'de-DE', 'google', 'de-DE-Chirp3-HD-Aoede', undefined, {}],
    ['Amazon', 'Joanna-Neural', 'en-US', 'polly', 'Joanna', 'neural', {}],
    ['amazon', 'Elin-Neural', 'sv-SE', 'polly', 'Elin', 'neural', {}],
    ['Amazon', 'Amy-Generative', 'en-GB', 'polly', 'Amy', 'generative', {}],
    ['Amazon', 'Matthew-Generative', 'en-US', 'polly', 'Matthew', 'generative', {}],
    ['Amazon', 'Danielle-Neural', 'en-US', 'polly', 'Danielle', 'neural', {}],
    ['Amazon', '', 'nb-NO', 'polly', 'Ida', undefined, {}],
  ])('%s %s in %s → %s %s %s', async (provider, voice, language, engine, name, model, settings) => {
    const speech = await registry(accounts)
    const found = speech.resolveTts({ provider, voice, language })
    expect([found.engine.name, found.voice, found.model, found.warning]).toEqual([
      engine,
      name,
      model,
      undefined,
    ])
    expect(settingsOf(found)).toEqual(settings)
  })

  it.each([
    ['ElevenLabs', 'Google.en-US-Neural2-F', 'en-US', 'block', 64101],
    ['ElevenLabs', 'en-US-Journey-O', 'en-US', 'voice', 64101],
    ['ElevenLabs', 'Joanna-Neural', 'en-US', 'voice', 64101],
    ['ElevenLabs', `${voiceId}-nova_3`, 'en-US', 'model', 64101],
    ['ElevenLabs', '', 'tlh', 'language', 64106],
    ['Rime', 'luna', 'de-DE', 'voice of another language', 64101],
    ['Google', voiceId, 'en-US', 'voice', 64101],
    ['Google', 'Joanna-Neural', 'en-US', 'voice', 64101],
    ['Google', 'en-US-Journey-O', 'sv-SE', 'voice of another language', 64101],
    ['Amazon', 'en-US-Journey-O', 'en-US', 'voice', 64101],
    ['Amazon', 'Joanna-Neural', 'de-DE', 'voice of another language', 64101],
    ['Amazon', 'Raveena-Neural', 'en-IN', 'engine that the voice lacks', 64101],
    ['Amazon', '', 'th-TH', 'language', 64106],
  ])('%s %s in %s is refused: %s', async (provider, voice, language, _, twilio) => {
    const speech = await registry(accounts)
    const resolve = () => speech.resolveTts({ provider, voice, language })
    expect(resolve).toThrow(expect.objectContaining({ twilio }))
    if (twilio === 64101) expect(resolve).toThrow(/^Invalid values \(.*\) for tts settings$/)
  })
})

describe("the platforms' names of recognisers", () => {
  /** The model that the engine in front is asked for. */
  const modelOf = ({ engine }: ResolvedSpeechToText) => {
    expect(engine).toBeInstanceOf(FailoverStt)
    return (engine as unknown as { candidates: readonly { model: string }[] }).candidates[0]!.model
  }

  it.each([
    // Twilio
    ['Google', '', 'en-US', 'google'],
    ['Google', 'telephony', 'en-US', 'google'],
    ['google', 'long', 'en-US', 'google'],
    ['Deepgram', '', 'en-US', 'deepgram'],
    ['Deepgram', 'nova-3-general', 'en-US', 'deepgram'],
    ['Deepgram', 'nova-2-general', 'th-TH', 'deepgram'],
    ['Deepgram', 'nova-3-general', 'multi', 'deepgram'],
    ['Deepgram', 'nova-2-general', 'multi', 'deepgram'],
    ['Deepgram', 'flux', 'en-US', 'deepgram-flux'],
    ['Deepgram', 'flux-general-en', 'en-US', 'deepgram-flux'],
    ['dgflux', 'flux-general-en', 'en-US', 'deepgram-flux'],
    // Telnyx
    ['A', 'latest_long', 'en', 'google'],
    ['Google', 'latest_short', 'en', 'google'],
    ['A', 'command_and_search', 'en', 'google'],
    ['A', 'phone_call', 'en', 'google'],
    ['A', 'video', 'en', 'google'],
    ['A', 'default', 'en', 'google'],
    ['Google', 'medical_conversation', 'en', 'google'],
    ['A', 'medical_dictation', 'en', 'google'],
    ['Telnyx', 'openai/whisper-tiny', 'en', 'telnyx'],
    ['B', 'openai/whisper-large-v3-turbo', 'auto_detect', 'telnyx'],
    ['Deepgram', 'deepgram/nova-2', 'en-AU', 'deepgram'],
    ['Deepgram', 'deepgram/nova-3', 'es-419', 'deepgram'],
    ['deepgram', 'deepgram/flux', 'en', 'deepgram-flux'],
    ['Azure', 'azure/fast', 'de', 'azure'],
    ['Azure', 'azure/realtime', 'en', 'azure'],
    ['Azure', 'azure/fast', 'auto', 'azure'],
    ['xAI', 'xai/grok-stt', 'fil', 'xai'],
    ['AssemblyAI', 'assemblyai/universal-streaming', 'en', 'assemblyai'],
    ['AssemblyAI', 'assemblyai/universal-3-5-pro', 'en', 'assemblyai'],
    ['Speechmatics', 'speechmatics/standard', 'en', 'speechmatics'],
    ['Speechmatics', 'speechmatics/enhanced', 'cy', 'speechmatics'],
    ['Speechmatics', 'speechmatics/standard', 'cmn_en', 'speechmatics'],
    ['Speechmatics', 'speechmatics/standard', 'es-bilingual-en', 'speechmatics'],
    ['Soniox', 'soniox/stt-rt-v4', 'auto', 'soniox'],
  ])('%s %s in %s → %s', async (provider, model, language, engine) => {
    const speech = await registry(accounts)
    const found = speech.resolveStt({ provider, model, language })
    expect([found.engine.name, modelOf(found), found.warning]).toEqual([engine, model, undefined])
  })

  it.each([
    ['Deepgram', 'telephony', 'en-US', 64101],
    ['Google', 'nova-3-general', 'en-US', 64101],
    ['Google', '', 'multi', 64106],
    ['Deepgram', 'nova-2', 'ta-IN', 64101],
    ['Deepgram', '', 'tlh', 64106],
    ['xAI', 'whisper-tiny', 'en', 64101],
    ['Soniox', 'nova-3', 'en', 64101],
    ['Telnyx', 'nova-9', 'en', 64101],
  ])('%s %s in %s is refused with %i', async (provider, model, language, twilio) => {
    const speech = await registry(accounts)
    const resolve = () => speech.resolveStt({ provider, model, language })
    expect(resolve).toThrow(expect.objectContaining({ twilio }))
  })
})
