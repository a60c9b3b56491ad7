import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { elevenLabsVendor, elevenLabsWire } from '../../../src/speech/tts/elevenlabs.js'
import { base64, queryOf, sent, speaking, told, utter } from './utterances.js'

const key = { apiKey: 'k3y' }
const wire = elevenLabsWire(key)
const context_id = 'parley-1'

it('asks the voice for µ-law at 8 kHz, PCM at 16 kHz', () => {
  const { url, headers } = wire.address(speaking({ voice: 'UgBBYS2sOqTuMpoF3BR0' }))
  expect(url).toMatch(
    /^wss:\/\/api\.elevenlabs\.io\/v1\/text-to-speech\/UgBBYS2sOqTuMpoF3BR0\/multi-stream-input\?/,
  )
  expect(headers).toEqual({ 'xi-api-key': 'k3y' })
  expect(queryOf(wire, speaking())).toMatchObject({
    model_id: 'eleven_flash_v2_5',
    output_format: 'ulaw_8000',
    language_code: 'en',
  })
  expect(queryOf(wire, speaking({ sampleRate: 16_000, model: 'eleven_flash_v2' }))).not.toHaveProperty(
    'language_code',
  )
  expect(queryOf(wire, speaking({ sampleRate: 16_000 }))).toMatchObject({ output_format: 'pcm_16000' })
})

it.each([
  ['on', 'on'],
  ['auto', 'off'],
  ['off', 'off'],
])('normalisation %s is %s', (elevenlabsTextNormalization, expected) => {
  const request = speaking({ settings: { elevenlabsTextNormalization } })
  expect(queryOf(wire, request)).toMatchObject({ apply_text_normalization: expected })
})

it('opens a context, speaks, and closes it', () => {
  const settings = { speed: 0.9, stability: 0.8, similarity_boost: 0.6 }
  expect(sent(utter(wire, speaking({ settings })).start())).toEqual([
    { text: ' ', context_id, voice_settings: settings },
    { text: 'Hello there. ', context_id, flush: true },
    { context_id, close_context: true },
  ])
  expect(sent(utter(wire, speaking()).start())).toMatchObject([{ text: ' ', context_id }, {}, {}])
  expect(sent(utter(wire, speaking()).cancel())).toEqual([{ context_id, close_context: true }])
  expect(wire.contextOf?.({ audio: '', contextId: context_id })).toBe(context_id)
})

it('makes marks of words out of the times of characters, chunk by chunk', () => {
  const alignment = (text: string, msEach: number) => ({
    chars: [...text],
    charStartTimesMs: [...text].map((_, i) => i * msEach),
    charDurationsMs: [...text].map(() => msEach),
  })
  const messages = [
    {
      audio: Buffer.alloc(800, 1).toString('base64'),
      contextId: context_id,
      alignment: alignment('Hello th', 10),
    },
    {
      audio: Buffer.alloc(80, 2).toString('base64'),
      contextId: context_id,
      alignment: alignment('ere. ', 10),
    },
    { contextId: context_id, isFinal: true },
  ]
  const heard = told(utter(wire, speaking()), 'Hello there.', ...messages)
  expect(heard.filter((one) => typeof one === 'string')).toEqual(['Hello 0-50', 'there. 60-140', 'done'])
  expect(heard.filter((one) => Array.isArray(one)).map((one) => (one as number[]).length)).toEqual([800, 80])
})

it('ends with the last word where no space follows it', () => {
  const alignment = { chars: ['H', 'i'], charStartTimesMs: [0, 10], charDurationsMs: [10, 20] }
  const request = speaking({ text: 'Hi' })
  const messages = [
    { audio: base64(1), alignment },
    { audio: null, isFinal: true },
  ]
  expect(told(utter(wire, request), 'Hi', ...messages)).toEqual([[1], 'Hi 0-30', 'done'])
})

it.each([
  [{ error: 'quota_exceeded', message: 'This request exceeds your quota.', code: 1008 }, 'quota'],
  [{ error: 'invalid_api_key', message: 'Invalid API key', code: 1008 }, 'credentials'],
  [{ error: 'voice_not_found', message: 'A voice was not found.', code: 1008 }, 'request'],
  [{ error: 'internal', message: 'oh', code: 1011 }, 'server'],
])('%j is a fault of %s', (message, fault) => {
  expect(() => utter(wire, speaking()).read(message)).toThrow(expect.objectContaining({ fault }))
})

describe('voices', () => {
  const engine = elevenLabsVendor.create(key, { clock: systemClock, connectTimeoutMs: 1 })

  it.each([
    [{ name: '', language: 'en-US' }, { voice: 'UgBBYS2sOqTuMpoF3BR0' }],
    [
      { name: 'Charlie', language: 'de', model: 'flash_v2_5' },
      { voice: 'IKne3meq5aSn9XLyUdCD', model: 'eleven_flash_v2_5' },
    ],
    [{ name: 'ZF6FPAbjXT4488VcRRnw', language: 'en', model: 'BaseModel' }, { voice: 'ZF6FPAbjXT4488VcRRnw' }],
    [{ name: 'nobody', language: 'en', gender: 'female' as const }, { voice: '21m00Tcm4TlvDq8ikWAM' }],
    [{ name: 'nobody', language: 'en', own: true }, { voice: 'nobody' }],
    [{ name: 'constructor', language: 'en' }, { voice: 'UgBBYS2sOqTuMpoF3BR0' }],
    [
      { name: 'Adam', language: 'en', model: 'v3' },
      { voice: 'pNInz6obpgDQGcFmaJgB', model: 'eleven_v3' },
    ],
    [{ name: 'Adam', language: 'en', model: 'MultiPL.v2' }, { model: 'eleven_multilingual_v2' }],
  ])('%j → %j', (wish, found) => {
    expect(engine.voiceFor(wish)).toMatchObject(found)
    expect(engine.voiceFor({ ...wish, language: 'tlh' })).toBeUndefined()
  })

  it.each([
    [{ name: 'en-US-Neural2-F', language: 'en-US' }, 'voice'],
    [{ name: 'UgBBYS2sOqTuMpoF3BR0-nova_3', language: 'en-US' }, 'voice'],
    [{ name: 'Joanna-Neural', language: 'en-US' }, 'voice'],
    [{ name: 'Charlie', language: 'en-US', model: 'aura' }, 'model'],
    [{ name: '', language: 'tlh' }, 'language'],
    [{ name: 'UgBBYS2sOqTuMpoF3BR0', language: 'multi' }, undefined],
  ])('%j is refused for its %s', (wish, refusal) => {
    expect(engine.refusal?.(wish)).toBe(refusal)
  })
})
