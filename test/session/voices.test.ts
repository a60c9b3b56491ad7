import { describe, expect, it } from 'vitest'
import { ParleyError } from '../../src/base/errors.js'
import { parseRelaySettings } from '../../src/protocol/index.js'
import { Voices } from '../../src/session/voices.js'

function voices(settings: object): Voices {
  const resolved = { engine: {} as never, voice: 'v', language: 'en-US' }
  return new Voices(
    parseRelaySettings({ url: 'ws://127.0.0.1/', ...settings }),
    { resolveTts: () => resolved, resolveStt: () => resolved },
    { warn() {}, failed() {} },
  )
}

describe("vendors' own options", () => {
  it('reach the engines', () => {
    const all = voices({
      voiceSettings: { voice_speed: 1.5 },
      transcriptionSettings: { smart_format: false },
    })
    expect(all.speak('en-US').settings).toMatchObject({ voice_speed: 1.5 })
    expect(all.listen('en-US', 8000).options.settings).toMatchObject({ smart_format: false })
  })

  it("are a language's own where it has some, or another provider", () => {
    const all = voices({
      voiceSettings: { voice_speed: 1.5 },
      transcriptionSettings: { smart_format: false },
      hints: ['hello'],
      languages: [
        {
          code: 'es',
          voiceSettings: { stability: 1 },
          transcriptionSettings: { keyterms: ['hola'] },
          hints: ['hola'],
        },
        { code: 'fr', ttsProvider: 'azure', transcriptionProvider: 'azure' },
        { code: 'de' },
      ],
    })
    expect(all.speak('es').settings).toEqual({ elevenlabsTextNormalization: 'off', stability: 1 })
    expect(all.listen('es', 8000).options.settings).toMatchObject({ keyterms: ['hola'] })
    expect(['es', 'de'].map((code) => all.listen(code, 8000).options.hints)).toEqual([['hola'], ['hello']])
    expect(all.listen('es', 8000).options.languages).toEqual(['en-US', 'es', 'fr', 'de'])
    expect(all.listen('es', 8000).options.settings).not.toHaveProperty('smart_format')
    expect(all.speak('fr').settings).not.toHaveProperty('voice_speed')
    expect(all.listen('fr', 8000).options.settings).not.toHaveProperty('smart_format')
    expect(all.speak('de').settings).toMatchObject({ voice_speed: 1.5 })
  })
})

describe('failover', () => {
  const warnings: string[] = []
  const all = (settings: object) =>
    new Voices(
      parseRelaySettings({
        url: 'ws://127.0.0.1/',
        ttsProvider: 'gone',
        transcriptionProvider: 'gone',
        ...settings,
      }),
      {
        resolveTts: ({ provider, voice, language }) => {
          if (provider === 'gone') throw new ParleyError('media_setup_invalid', 'no such provider')
          return { engine: { name: provider } as never, voice, language }
        },
        resolveStt: ({ provider, language }) => {
          if (provider === 'gone') throw new ParleyError('media_setup_invalid', 'no such provider')
          return { engine: { name: provider } as never, language }
        },
      },
      { warn: (text) => warnings.push(text), failed() {} },
    )

  it('takes the next provider where one is not to be had, and says so', () => {
    const failover = [
      { ttsprovider: 'google', voice: 'en-US-Journey-F' },
      { transcriptionProvider: 'google' },
    ]
    const voices = all({ failover })
    expect(voices.speak('en-US')).toMatchObject({ engine: { name: 'google' }, voice: 'en-US-Journey-F' })
    expect(voices.listen('en-US', 8000)).toMatchObject({ engine: { name: 'google' } })
    expect(warnings).toEqual(['no such provider: taking the next provider'])
  })

  it('fails when none is left', () => {
    expect(() => all({ failover: [{ ttsProvider: 'gone' }] }).speak('en-US')).toThrow('no such provider')
  })
})

describe('a language that the session has no voice for', () => {
  it("is spoken by its provider's own, where the session's voice does not speak it", () => {
    const asked: string[] = []
    const voices = new Voices(
      parseRelaySettings({ url: 'ws://127.0.0.1/', ttsProvider: 'google', voice: 'en-US-Journey-F' }),
      {
        resolveTts: ({ voice, language }) => {
          asked.push(`${language} ${voice}`)
          if (voice && language === 'fr-FR') throw new ParleyError('relay_setting_invalid', 'Invalid values')
          return { engine: {} as never, voice, language }
        },
        resolveStt: ({ language }) => ({ engine: {} as never, language }),
      },
      { warn() {}, failed() {} },
    )
    expect(voices.speak('fr-FR').voice).toBe('')
    expect(asked).toEqual(['fr-FR en-US-Journey-F', 'fr-FR '])
  })
})
