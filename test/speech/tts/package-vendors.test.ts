import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { azureTtsVendor } from '../../../src/speech/tts/azure.js'
import { googleRequest, googleStreamRequests, googleTtsVendor } from '../../../src/speech/tts/google.js'
import { pollyInput, pollyVendor } from '../../../src/speech/tts/polly.js'
import { azureSsml } from '../../../src/speech/tts/speak-azure.js'
import { speaking } from './utterances.js'

const context = { clock: systemClock, connectTimeoutMs: 1 }

describe('Google', () => {
  it('asks for the voice in its own language, as µ-law or PCM', () => {
    expect(googleRequest(speaking({ voice: 'en-GB-Wavenet-A', settings: { voice_speed: 1.2 } }))).toEqual({
      input: { text: 'Hello there.' },
      voice: { languageCode: 'en-GB', name: 'en-GB-Wavenet-A' },
      audioConfig: { audioEncoding: 'MULAW', sampleRateHertz: 8000, speakingRate: 1.2 },
    })
    expect(
      googleRequest(speaking({ voice: 'v-v-v', text: 'a <break/> b', ssml: true, sampleRate: 16_000 })),
    ).toMatchObject({
      input: { ssml: '<speak>a <break/> b</speak>' },
      audioConfig: { audioEncoding: 'LINEAR16', sampleRateHertz: 16_000 },
    })
  })

  it.each(['en-US-Chirp-HD-F', 'en-US-Journey-O'])('asks %s whole, without markup and speed', (voice) => {
    const request = { voice, text: 'a <emphasis>b</emphasis>', ssml: true, settings: { voice_speed: 1.2 } }
    expect(googleRequest(speaking(request))).toEqual({
      input: { text: 'a b' },
      voice: { languageCode: 'en-US', name: voice },
      audioConfig: { audioEncoding: 'MULAW', sampleRateHertz: 8000 },
    })
  })

  it('streams plain text to the voices that stream', () => {
    const request = speaking({ voice: 'en-US-Chirp3-HD-Aoede', text: 'a <break time="1s"/>b', ssml: true })
    expect(googleStreamRequests(request)).toEqual([
      {
        streamingConfig: {
          voice: { languageCode: 'en-US', name: 'en-US-Chirp3-HD-Aoede' },
          streamingAudioConfig: { audioEncoding: 'MULAW', sampleRateHertz: 8000 },
        },
      },
      { input: { text: expect.stringMatching(/^a\s+b$/) } },
    ])
  })

  it.each([
    [{ name: 'en-US-Journey-O', language: 'en-US' }, 'en-US-Journey-O', undefined],
    [{ name: '', language: 'en-GB' }, 'en-GB-Chirp3-HD-Aoede', undefined],
    [{ name: '', language: 'zh', gender: 'male' as const }, 'cmn-CN-Chirp3-HD-Puck', undefined],
    [{ name: 'cmn-CN-Wavenet-A', language: 'zh-CN' }, 'cmn-CN-Wavenet-A', undefined],
    [{ name: 'en-US-Journey-O', language: 'de-DE' }, 'de-DE-Chirp3-HD-Aoede', 'voice'],
    [{ name: 'Joanna-Neural', language: 'en-US' }, 'en-US-Chirp3-HD-Aoede', 'voice'],
    [{ name: '', language: 'nb-NO' }, 'nb-NO-Chirp3-HD-Aoede', undefined],
    [{ name: 'nb-NO-Wavenet-F', language: 'no-NO' }, 'nb-NO-Wavenet-F', undefined],
    [{ name: '', language: 'zh-HK' }, 'yue-HK-Chirp3-HD-Aoede', undefined],
    [{ name: '', language: 'tlh' }, undefined, 'language'],
  ])('%j → %s, refused for its %s', (wish, voice, refusal) => {
    const engine = googleTtsVendor.create({ apiKey: 'k' }, context)
    expect(engine.voiceFor(wish)?.voice).toBe(voice)
    expect(engine.refusal?.(wish)).toBe(refusal)
  })
})

describe('Amazon Polly', () => {
  it.each([
    [{ voice: 'Joanna' }, { Engine: 'neural', VoiceId: 'Joanna', SampleRate: '8000', TextType: 'text' }],
    [
      { voice: 'Ruth', model: 'generative', sampleRate: 16_000 },
      { Engine: 'generative', SampleRate: '16000' },
    ],
    [{ voice: 'Carmen', language: 'ro' }, { Engine: 'standard' }],
    [{ voice: 'Kajal', language: 'hi-IN' }, { LanguageCode: 'hi-IN' }],
    [{ voice: 'Kajal', language: 'hi' }, { LanguageCode: 'hi-IN' }],
    [
      { voice: 'Aditi', language: 'hi-IN' },
      { LanguageCode: 'hi-IN', Engine: 'standard' },
    ],
    [
      { voice: 'Amy', text: '<p>Hi</p>', ssml: true },
      { Text: '<speak><p>Hi</p></speak>', TextType: 'ssml' },
    ],
  ])('%j → %j', (changes, input) => {
    expect(pollyInput(speaking(changes))).toMatchObject({ OutputFormat: 'pcm', ...input })
  })

  it.each([
    { voice: 'Kajal', language: 'en-IN' },
    { voice: 'Kajal', language: 'multi' },
    { voice: 'Lupe', language: 'es-MX' },
    { voice: 'Zhiyu', language: 'cmn-CN' },
  ])('%j needs no language', (changes) => {
    expect(pollyInput(speaking(changes))).not.toHaveProperty('LanguageCode')
  })

  it.each([
    [{ name: 'Kajal', language: 'hi-IN' }, 'Kajal', 'hi-IN', undefined],
    [{ name: 'kajal', model: 'neural', language: 'en-IN' }, 'Kajal', 'en-IN', undefined],
    [{ name: '', language: 'hi' }, 'Kajal', 'hi', undefined],
    [{ name: '', language: 'zh' }, 'Zhiyu', 'cmn', undefined],
    [{ name: 'Zhiyu', language: 'zh-CN' }, 'Zhiyu', 'cmn-CN', undefined],
    [{ name: '', language: 'zh-HK' }, 'Hiujin', 'yue-HK', undefined],
    [{ name: '', language: 'no' }, 'Ida', 'nb', undefined],
    [{ name: 'Ida', language: 'no-NO' }, 'Ida', 'nb-NO', undefined],
    [{ name: '', language: 'nb-NO' }, 'Ida', 'nb-NO', undefined],
    [{ name: 'Kajal', language: 'de-DE' }, 'Vicki', 'de-DE', 'voice'],
    [{ name: 'Raveena', model: 'neural', language: 'en-IN' }, 'Raveena', 'en-IN', 'model'],
    [{ name: 'Tiffany', model: 'neural', language: 'en-US' }, 'Tiffany', 'en-US', 'model'],
  ])('%j → %s in %s, refused for its %s', (wish, voice, language, refusal) => {
    const engine = pollyVendor.create({ apiKey: 'default' }, context)
    expect(engine.voiceFor(wish)).toMatchObject({ voice, language })
    expect(engine.refusal?.(wish)).toBe(refusal)
  })

  it.each([
    [{ name: 'Joanna', model: 'neural', language: 'en-US' }, 'Joanna', undefined],
    [{ name: '', language: 'es-US', gender: 'male' as const }, 'Pedro', undefined],
    [{ name: 'Lupe', language: 'es-MX' }, 'Lupe', undefined],
    [{ name: 'Joanna', language: 'de-DE' }, 'Vicki', 'voice'],
    [{ name: 'UgBBYS2sOqTuMpoF3BR0', language: 'en-US' }, 'Joanna', 'voice'],
    [{ name: 'Joanna', model: 'flash_v2_5', language: 'en-US' }, 'Joanna', 'model'],
  ])('%j → %s, refused for its %s', (wish, voice, refusal) => {
    const engine = pollyVendor.create({ apiKey: 'default' }, context)
    expect(engine.voiceFor(wish)?.voice).toBe(voice)
    expect(engine.refusal?.(wish)).toBe(refusal)
  })
})

describe('Azure', () => {
  it('speaks an SSML document', () => {
    const request = speaking({
      voice: 'en-CA-ClaraNeural',
      text: 'Fish & chips',
      settings: { effect: 'eq_telecomhp8k' },
    })
    expect(azureSsml(request)).toMatch(
      /^<speak .*xml:lang="en-CA"><voice name="en-CA-ClaraNeural" effect="eq_telecomhp8k">Fish &amp; chips<\/voice><\/speak>$/,
    )
  })

  it('tells multilingual voices the language, and the speed', () => {
    const request = speaking({
      voice: 'en-US-AvaMultilingualNeural',
      language: 'es-ES',
      text: 'Hola',
      settings: { voice_speed: 1.25 },
    })
    expect(azureSsml(request)).toContain('<lang xml:lang="es-ES"><prosody rate="25%">Hola</prosody></lang>')
  })

  it("keeps an app's own markup", () => {
    const request = speaking({
      voice: 'en-US-GuyNeural',
      text: '<speak version="1.0">a<break/></speak>',
      ssml: true,
    })
    expect(azureSsml(request)).toContain('<voice name="en-US-GuyNeural">a<break/></voice>')
  })

  it.each([
    [
      { name: 'en-US-Ava:DragonHDLatestNeural', language: 'en-US' },
      'en-US-Ava:DragonHDLatestNeural',
      undefined,
    ],
    [{ name: 'en-US-AvaMultilingualNeural', language: 'fr-FR' }, 'en-US-AvaMultilingualNeural', undefined],
    [{ name: 'en-US-GuyNeural', language: 'fr-FR' }, 'fr-FR-DeniseNeural', 'voice'],
    [{ name: 'en-US-EmmaMultilingualNeural', language: 'fr-FR' }, 'en-US-EmmaMultilingualNeural', undefined],
    [{ name: 'es-ES-ElviraNeural', language: 'multi' }, 'es-ES-ElviraNeural', undefined],
    [{ name: 'John', language: 'en' }, 'en-US-AvaMultilingualNeural', 'voice'],
    [{ name: '', language: 'nb-NO', gender: 'male' as const }, 'nb-NO-FinnNeural', undefined],
    [{ name: '', language: 'no', gender: 'male' as const }, 'nb-NO-FinnNeural', undefined],
  ])('%j → %s, refused for its %s', (wish, voice, refusal) => {
    const engine = azureTtsVendor.create({ apiKey: 'k', region: 'westeurope' }, context)
    expect(engine.voiceFor(wish)?.voice).toBe(voice)
    expect(engine.refusal?.(wish)).toBe(refusal)
  })
})
