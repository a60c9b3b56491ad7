import { expect, it } from 'vitest'
import { readVendorVoice } from '../../../src/speech/voices/vendor-voice.js'

const parts = (model: string, name: string, settings = {}) => ({ model, name, settings })

it.each([
  // Twilio
  ['elevenlabs', 'UgBBYS2sOqTuMpoF3BR0', parts('', 'UgBBYS2sOqTuMpoF3BR0')],
  ['elevenlabs', 'Charlie-flash_v2_5', parts('flash_v2_5', 'Charlie')],
  [
    'elevenlabs',
    'ZF6FPAbjXT4488VcRRnw-turbo_v2_5-0.8_0.7_0.6',
    parts('turbo_v2_5', 'ZF6FPAbjXT4488VcRRnw', { speed: 0.8, stability: 0.7, similarity_boost: 0.6 }),
  ],
  ['google', 'en-US-Chirp3-HD-Aoede', parts('', 'en-US-Chirp3-HD-Aoede')],
  ['amazon', 'Joanna-Neural', parts('neural', 'Joanna')],
  ['amazon', 'Amy-Generative', parts('generative', 'Amy')],
  ['amazon', 'Joanna', parts('', 'Joanna')],
  // Telnyx
  ['aws', 'Polly.Joanna-Neural', parts('neural', 'Joanna')],
  ['aws', 'polly.Generative.Lucia', parts('generative', 'Lucia')],
  ['aws', 'Polly.Danielle-Long-Form', parts('long-form', 'Danielle')],
  ['polly', 'Amy-Neural', parts('neural', 'Amy')],
  ['azure', 'en-US-Ava:DragonHDLatestNeural', parts('', 'en-US-Ava:DragonHDLatestNeural')],
  ['elevenlabs', 'BaseModel.John', parts('BaseModel', 'John')],
  ['elevenlabs', 'John', parts('', 'John')],
  ['minimax', 'speech-2.8-turbo.English_Graceful_Lady', parts('speech-2.8-turbo', 'English_Graceful_Lady')],
  ['rime', 'ArcanaV3.albion', parts('ArcanaV3', 'albion')],
  ['resemble', 'Turbo.55592656', parts('Turbo', '55592656')],
  ['inworld', 'Max.Oliver', parts('Max', 'Oliver')],
  ['xai', 'eve', parts('', 'eve')],
  ['soniox', 'tts-rt-v2.Emma', parts('tts-rt-v2', 'Emma')],
  ['fishaudio', 's2.1-pro.abc.d', parts('s2.1-pro', 'abc.d')],
  ['telnyx', 'KokoroTTS.af', parts('', 'KokoroTTS.af')],
])('%s %s', (provider, voice, expected) => {
  expect(readVendorVoice(provider, voice)).toEqual(expected)
})
