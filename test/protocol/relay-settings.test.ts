import { describe, expect, it } from 'vitest'
import {
  checkRelaySettings,
  parseRelaySettings,
  RelaySettingsError,
  withoutKeys,
} from '../../src/protocol/index.js'

const url = 'wss://example.com/relay?key=1'
const problems = (settings: object) => {
  const checked = checkRelaySettings({ url, ...settings })
  return checked.ok ? [] : checked.problems
}

describe('defaults', () => {
  it('are those of Twilio', () => {
    expect(parseRelaySettings({ url })).toEqual({
      url,
      dialect: 'twilio',
      welcomeGreeting: '',
      welcomeGreetingInterruptible: 'any',
      ttsLanguage: 'en-US',
      transcriptionLanguage: 'en-US',
      ttsProvider: '',
      voice: '',
      transcriptionProvider: '',
      speechModel: '',
      interruptible: 'any',
      interruptSensitivity: 'high',
      dtmfDetection: false,
      reportInputDuringAgentSpeech: 'none',
      preemptible: false,
      hints: [],
      partialPrompts: false,
      ignoreBackchannel: false,
      speechTimeout: 'auto',
      eotThreshold: 0.8,
      profanityFilter: true,
      deepgramSmartFormat: true,
      elevenlabsTextNormalization: 'off',
      echoPromptFiltering: false,
      applicationReconnect: false,
      failover: [],
      subscriptions: [],
      languages: [],
      parameters: {},
      voiceSettings: {},
      transcriptionSettings: {},
    })
  })

  it("differ where Telnyx's do", () => {
    expect(parseRelaySettings({ url, dialect: 'telnyx', partialPrompts: false })).toMatchObject({
      ttsLanguage: 'en',
      transcriptionLanguage: 'en',
      partialPrompts: true,
      reportInputDuringAgentSpeech: 'any',
      profanityFilter: false,
    })
  })

  it('language is for both directions, a more precise name goes first', () => {
    expect(parseRelaySettings({ url, language: 'de-DE', transcriptionLanguage: 'multi' })).toMatchObject({
      ttsLanguage: 'de-DE',
      transcriptionLanguage: 'multi',
    })
  })
})

describe('values', () => {
  it('may be the strings of a TwiML document, under names in any case', () => {
    const settings = parseRelaySettings({
      url,
      WelcomeGreeting: 'Hello',
      speechtimeout: '900',
      ignorebackchannel: 'true',
      deepgramsmartformat: 'false',
      dtmfDetection: 'true',
      eotThreshold: '0.7',
      interruptible: 'false',
      welcomeGreetingInterruptible: 'true',
      reportInputDuringAgentSpeech: true,
      hints: 'opening hours, book a table,,',
      events: 'speaker-events tokens-played config-updated',
      debug: 'debugging speaker-events',
      ttsProvider: 'amazon',
      interruptByDtmf: 'true',
      languages: [{ Code: 'es-ES', VOICE: 'Lupe' }],
    })
    expect(settings).toMatchObject({
      welcomeGreeting: 'Hello',
      speechTimeout: 900,
      ignoreBackchannel: true,
      deepgramSmartFormat: false,
      dtmfDetection: true,
      eotThreshold: 0.7,
      interruptible: 'none',
      welcomeGreetingInterruptible: 'any',
      reportInputDuringAgentSpeech: 'any',
      hints: ['opening hours', 'book a table'],
      subscriptions: ['speaker-events', 'tokens-played', 'debugging'],
      ttsProvider: 'amazon',
      languages: [{ code: 'es-ES', voice: 'Lupe' }],
    })
    expect(settings).not.toHaveProperty('interruptByDtmf')
  })

  it('may be what they mean', () => {
    expect(
      parseRelaySettings({
        url,
        hints: ['a', ' b '],
        events: ['tokens-played'],
        speechTimeout: 600,
        parameters: { id: 7, vip: true, name: 'x' },
      }),
    ).toMatchObject({
      hints: ['a', 'b'],
      subscriptions: ['tokens-played'],
      speechTimeout: 600,
      parameters: { id: '7', vip: 'true', name: 'x' },
    })
  })

  it('are plain data', () => {
    const settings = parseRelaySettings({ url, languages: [{ code: 'de' }] })
    expect(structuredClone(settings)).toEqual(settings)
  })
})

describe('mistakes', () => {
  it.each([
    [{ url: 'https://example.com' }, 'url', 'a ws:// or wss:// URL'],
    [{ url: 'wss://example.com/#top' }, 'url', 'a ws:// or wss:// URL'],
    [{ url: undefined }, 'url', 'a ws:// or wss:// URL'],
    [{ dialect: 'vonage' }, 'dialect', 'twilio or telnyx'],
    [{ interruptible: 'maybe' }, 'interruptible', 'none, dtmf, speech or any'],
    [{ interruptSensitivity: 'extreme' }, 'interruptSensitivity', 'one of low, medium, high'],
    [{ dtmfDetection: 'yes' }, 'dtmfDetection', 'true or false'],
    [{ language: 'English (US)' }, 'language', 'a language tag such as en-US'],
    [{ speechTimeout: '599' }, 'speechTimeout', 'a whole number from 600 to 5000'],
    [{ eotThreshold: 0.95 }, 'eotThreshold', 'a number from 0.5 to 0.9'],
    [{ events: 'speaker_events' }, 'events', 'names out of speaker-events, tokens-played, debugging'],
    [{ hints: 7 }, 'hints', 'a list of phrases, or one string with commas'],
    [{ languages: [{ code: 'de' }, { code: 'DE' }] }, 'languages', 'a list with one entry for each language'],
    [{ languages: [{ voice: 'x' }] }, 'languages.0.code', 'a language tag such as en-US'],
    [{ parameters: { a: { b: 1 } } }, 'parameters.a', 'a string, a number or a boolean'],
  ])('%j: %s must be %s', (settings, path, expected) => {
    expect(problems(settings)).toMatchObject([{ path, expected }])
  })

  it.each([599, 5001, 'long', 700.5])('speechTimeout %j', (speechTimeout) => {
    expect(problems({ speechTimeout })).toMatchObject([{ path: 'speechTimeout', value: speechTimeout }])
  })

  it('are listed all at once', () => {
    const parse = () => parseRelaySettings({ voice: 5, dialect: 'x', eotThreshold: 2 })
    expect(parse).toThrow(RelaySettingsError)
    expect(parse).toThrow(
      /url is missing: it must be a ws:\/\/ or wss:\/\/ URL; .*dialect is "x".*voice is 5/,
    )
    expect(problems({ voice: 5, dialect: 'x', eotThreshold: 2 })).toHaveLength(3)
  })

  it.each([undefined, null, 'wss://x', 5, []])('settings that are %j', (input) => {
    expect(checkRelaySettings(input).ok).toBe(false)
    expect(() => parseRelaySettings(input)).toThrow(RelaySettingsError)
  })
})

describe('settings for the records', () => {
  it('have no keys of vendors in them', () => {
    const secret = { apiKey: 'hush', speed: 1 }
    const settings = parseRelaySettings({
      url,
      voiceSettings: secret,
      transcriptionSettings: secret,
      languages: [{ code: 'es', voiceSettings: secret }, { code: 'fr' }],
    })
    const recorded = withoutKeys(settings)
    expect(JSON.stringify(recorded)).not.toContain('hush')
    expect(recorded).toMatchObject({
      url,
      voiceSettings: { speed: 1 },
      languages: [{ code: 'es', voiceSettings: { speed: 1 } }, { code: 'fr' }],
    })
    expect(settings.voiceSettings).toEqual(secret)
  })
})
