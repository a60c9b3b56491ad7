import { describe, expect, it } from 'vitest'
import { genderOf } from '../../../src/speech/voices/genders.js'
import { languageOfVoice, readVoice } from '../../../src/speech/voices/vendor-name.js'

describe('genderOf', () => {
  it.each([
    ['Joanna-Neural', 'female'],
    ['Céline', 'female'],
    ['Stephen-Generative', 'male'],
    ['en-US-Journey-D', 'male'],
    ['en-US-Journey-F', 'female'],
    ['en-US-Neural2-A', 'male'],
    ['en-US-Standard-C', 'female'],
    ['de-DE-Wavenet-B', 'male'],
    ['fr-FR-Wavenet-A', 'female'],
    ['en-US-Chirp3-HD-Aoede', 'female'],
    ['en-US-JennyMultilingualNeural', 'female'],
    ['en-US-Ava:DragonHDLatestNeural', 'female'],
    ['en-US-GuyNeural', 'male'],
    ['KokoroTTS.bm_george', 'male'],
    ['KokoroTTS.af_heart', 'female'],
    ['NaturalHD.astra', 'female'],
    ['21m00Tcm4TlvDq8ikWAM-turbo_v2_5-0.8_0.8_0.6', 'female'],
    ['speech-2.8-turbo.English_Gentleman', 'male'],
    ['female-shaonv', 'female'],
    ['', undefined],
    ['a8f3c0de-1111-2222-3333-444455556666', undefined],
  ])('%s: %s', (voice, gender) => {
    expect(genderOf(voice)).toBe(gender)
  })
})

describe('readVoice', () => {
  it.each([
    ['', 'AWS.Polly.Joanna-Neural', { provider: 'aws', voice: 'Polly.Joanna-Neural' }],
    ['', 'aws.polly.Joanna', { provider: 'aws', voice: 'polly.Joanna' }],
    ['Telnyx', 'Telnyx.KokoroTTS.af', { provider: 'telnyx', voice: 'KokoroTTS.af' }],
    ['', 'FishAudio.s2.1-pro.abc', { provider: 'fishaudio', voice: 's2.1-pro.abc' }],
    ['', 'Azure', { provider: 'azure', voice: '' }],
    ['Google', 'en-US-Journey-O', { provider: 'google', voice: 'en-US-Journey-O' }],
    ['', 'slt', { provider: '', voice: 'slt' }],
  ])('%j, %j', (provider, voice, expected) => {
    expect(readVoice(provider, voice)).toEqual(expected)
  })
})

describe('languageOfVoice', () => {
  it.each([
    ['en-US-Journey-O', 'en-US'],
    ['Azure.fr-FR-DeniseNeural', 'fr-FR'],
    ['Joanna-Neural', undefined],
  ])('%s: %s', (voice, language) => {
    expect(languageOfVoice(voice)).toBe(language)
  })
})
