import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resample } from '../../../src/audio/index.js'
import { collectSpeech } from '../../../src/speech/collect-speech.js'
import { createSpeechRegistry, type SpeechRegistry } from '../../../src/speech/registry.js'
import { pocketSphinxVendor } from '../../../src/speech/stt/pocketsphinx.js'
import { sherpaSttVendor } from '../../../src/speech/stt/sherpa-onnx.js'
import { fliteVendor } from '../../../src/speech/tts/flite.js'
import { sherpaTtsVendor } from '../../../src/speech/tts/sherpa-onnx.js'
import { createEnergyDetector } from '../../../src/speech/vad/energy-detector.js'
import type { RegisteredStt } from '../../../src/speech/vendor.js'
import { sttVendors, ttsVendors } from '../../../src/speech/vendors.js'
import { hear } from './support/listen.js'
import { hasSherpa, TestModels } from './support/models.js'
import { writeStreamingTransducer } from './support/streaming-models.js'
import { say } from './support/tones.js'
import { writePiperVoice } from './support/voice-models.js'

describe('the order of engines', () => {
  it('has models of sherpa-onnx after the clouds and before what is installed with Parley', () => {
    const isBefore = (rows: readonly { name: string }[], first: string, second: string) =>
      rows.findIndex(({ name }) => name === first) < rows.findIndex(({ name }) => name === second)
    expect(isBefore(sttVendors, 'sherpa-onnx', 'pocketsphinx')).toBe(true)
    expect(isBefore(sttVendors, 'openai-file', 'sherpa-onnx')).toBe(true)
    expect(isBefore(ttsVendors, 'sherpa-onnx', 'flite')).toBe(true)
    expect(isBefore(ttsVendors, 'openai-compatible', 'sherpa-onnx')).toBe(true)
  })
})

describe.skipIf(!hasSherpa())('a registry with models', () => {
  const models = new TestModels()
  let registry: SpeechRegistry

  beforeAll(async () => {
    models.add('small-transducer', 'streaming-transducer', writeStreamingTransducer)
    models.add('vits-piper-en_US-tones-low', 'vits', writePiperVoice, { languages: ['en-US'] })
    const absent = async () => {
      throw new Error('left out of this test')
    }
    registry = await createSpeechRegistry(
      { stt: 'auto', tts: 'auto', models: { dir: models.dir } },
      {
        sttVendors: [sherpaSttVendor, { ...pocketSphinxVendor, start: absent }],
        ttsVendors: [sherpaTtsVendor, { ...fliteVendor, start: absent }],
        startDetector: async () => ({ detector: createEnergyDetector(), line: 'Voice activity: level' }),
      },
    )
  }, 120_000)

  afterAll(async () => {
    await registry?.close()
    models.remove()
  })

  it('says at start which models it works with', () => {
    const lines = registry.describe()
    expect(lines).toContain('Speech to text: sherpa-onnx (small-transducer)')
    expect(lines).toContain('Text to speech: sherpa-onnx (vits-piper-en_US-tones-low)')
  })

  it('listens with the model that an app names, or says that it has none of that name', async () => {
    const wish = { provider: 'sherpa-onnx', model: 'small-transducer', language: 'en-US' }
    const { engine, warning } = registry.resolveStt(wish)
    expect(warning).toBeUndefined()
    const { final } = await hear(engine as RegisteredStt, say(['close', 'window'], 16_000))
    expect(final.text).toBe('close window')
    expect(registry.resolveStt({ ...wish, model: 'nova-3' }).warning).toBe(
      'sherpa-onnx has no model "nova-3" here: it listens with another',
    )
    expect(registry.resolveStt({ ...wish, provider: 'Deepgram', model: 'nova-3' }).warning).toBe(
      'Deepgram is not available here: sherpa-onnx listens instead',
    )
  })

  it.each([
    ['', 'high', 'high', undefined],
    ['piper', 'high', 'high', undefined],
    ['sherpa-onnx', '', 'low', undefined],
    ['', 'Telnyx.KokoroTTS.high', 'high', /^Telnyx voice "Telnyx.KokoroTTS.high" is not available here/],
    ['ElevenLabs', 'Rachel', 'low', /^ElevenLabs voice "Rachel" is not available here/],
  ])('speaks as %j %j with %j', async (provider, voice, found, warning) => {
    const resolved = registry.resolveTts({ provider, voice, language: 'en-US' })
    expect([resolved.engine.name, resolved.voice]).toEqual(['sherpa-onnx', found])
    if (warning) expect(resolved.warning).toMatch(warning)
    else expect(resolved.warning).toBeUndefined()
  })

  it('understands on one side what it says on the other', async () => {
    const { engine, voice, language, model } = registry.resolveTts({
      provider: '',
      voice: 'low',
      language: 'en-US',
    })
    const request = { text: 'hello', ssml: false, language, voice, model, sampleRate: 8000, settings: {} }
    const spoken = await collectSpeech(engine.speak(request, new AbortController().signal))
    const pcm = resample(spoken.pcm, spoken.sampleRate, 8000)
    const ear = registry.resolveStt({ provider: '', model: '', language: 'en-US' })
    // The low speaker's tone is the word "open" of the recogniser's language.
    const heard = await hear(ear.engine as RegisteredStt, pcm, { sampleRate: 8000 })
    expect(heard.final.text).toBe('open')
  })
})
