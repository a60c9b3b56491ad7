import { describe, expect, it } from 'vitest'
import { ParleyError } from '../../src/base/errors.js'
import type { SttCapabilities, TtsCapabilities } from '../../src/speech/capabilities.js'
import { createSpeechRegistry, type SpeechSources } from '../../src/speech/registry.js'
import { createEnergyDetector } from '../../src/speech/vad/energy-detector.js'
import type { LocalVoice, RegisteredStt, RegisteredTts, VoiceWish } from '../../src/speech/vendor.js'

/** An engine with the voices given; the language's first of the gender, or its first. */
class FakeTts implements RegisteredTts {
  readonly ssml = false
  closed = false

  constructor(
    readonly name: string,
    private readonly voices: readonly LocalVoice[],
  ) {}

  voiceFor({ name, language, gender }: VoiceWish): LocalVoice | undefined {
    const own = this.voices.filter((voice) => voice.language.slice(0, 2) === language.slice(0, 2))
    return (
      own.find(({ voice }) => voice === name.toLowerCase()) ??
      own.find((voice) => voice.gender === (gender ?? 'female')) ??
      own[0]
    )
  }

  async *speak() {}

  async close() {
    this.closed = true
  }
}

class FakeStt implements RegisteredStt {
  readonly endpointing = 'relay'
  closed = false

  constructor(
    readonly name: string,
    private readonly primary: string,
  ) {}

  languageFor(language: string): string | undefined {
    return language.startsWith(this.primary) ? language : undefined
  }

  open(): never {
    throw new Error('not opened here')
  }

  async close() {
    this.closed = true
  }
}

function row<Engine, Capabilities>(name: string, engine?: Engine, aliases: string[] = []) {
  const start = async () => {
    if (engine) return engine
    throw new Error(`${name} is not installed`)
  }
  const capabilities = {} as Capabilities
  return { name, aliases, summary: `${name} speech`, install: `apt-get install ${name}`, capabilities, start }
}

const tts = row<RegisteredTts, TtsCapabilities>
const stt = row<RegisteredStt, SttCapabilities>

const english = new FakeTts('small', [
  { voice: 'eve', language: 'en-US', gender: 'female' },
  { voice: 'tom', language: 'en-US', gender: 'male' },
])
const many = new FakeTts('many', [
  { voice: 'en', language: 'en-US', gender: 'male' },
  { voice: 'es+f', language: 'es-ES', gender: 'female' },
  { voice: 'es+m', language: 'es-ES', gender: 'male' },
])

function sources(changes: Partial<SpeechSources> = {}): SpeechSources {
  return {
    ttsVendors: [tts('small', english), tts('many', many, ['plenty'])],
    sttVendors: [stt('ears', new FakeStt('ears', 'en'))],
    startDetector: async () => ({ detector: createEnergyDetector(), line: 'Voice activity: level' }),
    ...changes,
  }
}

const auto = { stt: 'auto', tts: 'auto' }

describe('resolveTts', () => {
  it.each([
    // provider, voice, language → engine, voice, warning
    ['', '', 'en-US', 'small', 'eve', undefined],
    ['', 'tom', 'en-US', 'small', 'tom', undefined],
    ['SMALL', 'Tom', 'en-GB', 'small', 'tom', undefined],
    ['plenty', '', 'en-US', 'many', 'en', undefined],
    ['', 'many', 'es-ES', 'many', 'es+f', undefined],
    ['', '', 'es-MX', 'many', 'es+f', undefined],
    // Twilio
    [
      'ElevenLabs',
      'UgBBYS2sOqTuMpoF3BR0',
      'en-US',
      'small',
      'tom',
      /^ElevenLabs voice "UgBBYS2sOqTuMpoF3BR0"/,
    ],
    [
      'Elevenlabs',
      'ZF6FPAbjXT4488VcRRnw-flash_v2_5-1.0_1.0_1.0',
      'en-US',
      'small',
      'eve',
      /^ElevenLabs voice/,
    ],
    ['ElevenLabs', 'Charlie-flash_v2_5', 'en-US', 'small', 'tom', /small voice "tom" speaks instead$/],
    ['ElevenLabs', '', 'en-US', 'small', 'eve', /^ElevenLabs is not available here/],
    ['Google', 'en-US-Journey-O', 'en-US', 'small', 'eve', /^Google voice/],
    ['google', 'en-US-Chirp3-HD-Puck', 'en-US', 'small', 'tom', /^Google voice/],
    ['amazon', 'Matthew-Generative', 'en-US', 'small', 'tom', /^Amazon Polly voice/],
    ['Amazon', 'Lupe-Neural', 'es-US', 'many', 'es+f', /^Amazon Polly voice/],
    ['Amazon', 'Pedro-Neural', 'es-US', 'many', 'es+m', /^Amazon Polly voice/],
    // Telnyx
    ['', 'Telnyx.KokoroTTS.af', 'en', 'small', 'eve', /^Telnyx voice "Telnyx.KokoroTTS.af"/],
    ['telnyx', 'Telnyx.KokoroTTS.am_adam', 'en', 'small', 'tom', /^Telnyx voice/],
    ['', 'AWS.Polly.Joanna-Neural', 'en', 'small', 'eve', /^Amazon Polly voice/],
    ['', 'Polly.Brian', 'en', 'small', 'tom', /^Amazon Polly voice/],
    ['', 'Azure.en-US-AndrewMultilingualNeural', 'en', 'small', 'tom', /^Azure voice/],
    ['', 'Azure.es-ES-ElviraNeural', 'multi', 'many', 'es+f', /^Azure voice/],
    ['', 'elevenlabs.BaseModel.John', 'en', 'small', 'tom', /^ElevenLabs voice/],
    ['', 'xAI.leo', 'en', 'small', 'tom', /^xAI voice/],
    ['constructor', '__proto__', 'en', 'small', 'eve', /^constructor voice "__proto__"/],
    ['', 'toString.valueOf', 'en', 'small', 'eve', /^voice "toString.valueOf"/],
    ['', 'Rime', 'en', 'small', 'eve', /^Rime voice "Rime" is not available/],
    // What nobody has
    ['', '', 'tlh', 'small', 'eve', /^no engine here speaks "tlh": en-US is spoken instead$/],
    ['', 'tom', 'es-ES', 'many', 'es+f', /^voice "tom" is not available here: many voice "es\+f"/],
    ['small', 'eve', 'es-ES', 'many', 'es+f', /^small voice "eve" is not available here/],
  ])('%s | %s | %s → %s %s', async (provider, voice, language, engine, name, warning) => {
    const registry = await createSpeechRegistry(auto, sources())
    const found = registry.resolveTts({ provider, voice, language })
    expect([found.engine.name, found.voice]).toEqual([engine, name])
    if (warning) expect(found.warning).toMatch(warning)
    else expect(found.warning).toBeUndefined()
  })

  it('prefers the engine that the configuration names', async () => {
    const registry = await createSpeechRegistry({ ...auto, tts: 'many' }, sources())
    const wish = { provider: '', voice: '', language: 'en-US' }
    expect(registry.resolveTts(wish).engine.name).toBe('many')
  })

  it('says what to install when there is no engine', async () => {
    const registry = await createSpeechRegistry(auto, sources({ ttsVendors: [tts('small')] }))
    const resolve = () => registry.resolveTts({ provider: '', voice: '', language: 'en-US' })
    expect(resolve).toThrow(ParleyError)
    expect(resolve).toThrow('apt-get install small')
  })
})

describe('resolveStt', () => {
  it.each([
    ['', 'en-US', 'en-US', undefined],
    ['ears', 'en-GB', 'en-GB', undefined],
    ['Deepgram', 'en-US', 'en-US', /^Deepgram is not available here: ears listens instead$/],
    ['', 'es-ES', 'en-US', /^no engine here recognises "es-ES": en-US is recognised instead$/],
    ['google', 'de-DE', 'en-US', /^Google is not available here: .*; no engine here recognises "de-DE"/],
    ['', 'multi', 'en-US', /"multi"/],
    ['', '', 'en-US', undefined],
  ])('%s | %s → %s', async (provider, language, heard, warning) => {
    const registry = await createSpeechRegistry(auto, sources())
    const found = registry.resolveStt({ provider, model: 'nova-3-general', language })
    expect([found.engine.name, found.language]).toEqual(['ears', heard])
    if (warning) expect(found.warning).toMatch(warning)
    else expect(found.warning).toBeUndefined()
  })

  it('says what to install when there is no engine', async () => {
    const registry = await createSpeechRegistry(auto, sources({ sttVendors: [stt('ears')] }))
    const resolve = () => registry.resolveStt({ provider: '', model: '', language: 'en-US' })
    expect(resolve).toThrow('no speech-to-text engine is installed: apt-get install ears')
  })
})

describe('createSpeechRegistry', () => {
  it('tells what was picked and how to get better', async () => {
    const vendors = [tts('small'), tts('many', many)]
    const registry = await createSpeechRegistry(auto, sources({ ttsVendors: vendors }))
    expect(registry.describe()).toEqual([
      'Speech to text: ears (ears speech)',
      'Text to speech: many (many speech)',
      '  better with small (small speech): apt-get install small',
      'Voice activity: level',
    ])
  })

  it.each([
    [{ stt: 'auto', tts: 'smal' }, 'speech.tts: "smal" is no engine; expected one of auto, small, many'],
    [
      { stt: 'gone', tts: 'auto' },
      'speech.stt: gone cannot start: gone is not installed (apt-get install gone)',
    ],
  ])('refuses %j', async (names, message) => {
    const broken = sources({ sttVendors: [stt('gone')] })
    const failure = await createSpeechRegistry(names, broken).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'config_invalid', message })
  })

  it('closes its engines', async () => {
    const ears = new FakeStt('ears', 'en')
    const registry = await createSpeechRegistry(auto, sources({ sttVendors: [stt('ears', ears)] }))
    await registry.close()
    expect([ears.closed, english.closed, many.closed]).toEqual([true, true, true])
  })
})
