import { describe, expect, it } from 'vitest'
import { parseRelaySettings } from '../../src/protocol/index.js'
import { Voices } from '../../src/session/voices.js'

function voices(settings: object): Voices {
  const resolved = { engine: {} as never, voice: 'v', language: 'en-US' }
  return new Voices(
    parseRelaySettings({ url: 'ws://127.0.0.1/', ...settings }),
    { resolveTts: () => resolved, resolveStt: () => resolved },
    () => {},
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
      languages: [
        { code: 'es', voiceSettings: { stability: 1 }, transcriptionSettings: { keyterms: ['hola'] } },
        { code: 'fr', ttsProvider: 'azure', transcriptionProvider: 'azure' },
        { code: 'de' },
      ],
    })
    expect(all.speak('es').settings).toEqual({ elevenlabsTextNormalization: 'off', stability: 1 })
    expect(all.listen('es', 8000).options.settings).toMatchObject({ keyterms: ['hola'] })
    expect(all.listen('es', 8000).options.settings).not.toHaveProperty('smart_format')
    expect(all.speak('fr').settings).not.toHaveProperty('voice_speed')
    expect(all.listen('fr', 8000).options.settings).not.toHaveProperty('smart_format')
    expect(all.speak('de').settings).toMatchObject({ voice_speed: 1.5 })
  })
})
