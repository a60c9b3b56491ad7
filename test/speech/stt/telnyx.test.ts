import { expect, it } from 'vitest'
import { TelnyxDialogue } from '../../../src/speech/stt/telnyx.js'
import { heard, listening, queryOf } from './dialogues.js'

const key = { apiKey: 'k3y' }

it.each([
  ['', 'en-GB', { transcription_engine: 'Telnyx', model: 'openai/whisper-large-v3-turbo', language: 'en' }],
  ['openai/whisper-tiny', 'auto', { model: 'openai/whisper-tiny', language: 'auto_detect' }],
  ['deepgram/nova-3', 'en-GB', { transcription_engine: 'Deepgram', model: 'nova-3', language: 'en-GB' }],
])('model "%s" for %s → %j', (model, language, query) => {
  const dialogue = new TelnyxDialogue(key, listening({ model, language }))
  expect(dialogue.headers).toEqual({ authorization: 'Bearer k3y' })
  expect(queryOf(dialogue)).toMatchObject({ input_format: 'mulaw', sample_rate: '8000', ...query })
})

it('takes whole utterances of its own engine', () => {
  expect(
    heard(
      new TelnyxDialogue(key, listening()),
      { transcript: 'Hello', is_final: false, confidence: 0 },
      { transcript: 'Hello, how are you today?', is_final: true, confidence: 0.98 },
    ),
  ).toEqual(['partial: Hello', 'final: Hello, how are you today?', 'endOfTurn'])
})

it("takes Deepgram's turns as Deepgram tells them", () => {
  const dialogue = new TelnyxDialogue(key, listening({ model: 'deepgram/nova-3' }))
  expect(
    heard(
      dialogue,
      { transcript: 'Hello,', is_final: true, speech_final: false },
      { transcript: 'how are you today?', is_final: true, speech_final: true, confidence: 0.98 },
      { transcript: '', is_final: false, utterance_end: true },
    ),
  ).toEqual(['final: Hello,', 'final: how are you today?', 'endOfTurn'])
  expect(dialogue.finalize()).toEqual(['{"type":"Finalize"}'])
})

it('throws what is called an error', () => {
  const errors = [
    { code: '40001', title: 'Invalid Parameter', detail: "Unsupported input_format 'aac'.", source: {} },
  ]
  expect(() => heard(new TelnyxDialogue(key, listening()), { errors })).toThrow(
    expect.objectContaining({ fault: 'request', message: "telnyx: 40001 Unsupported input_format 'aac'." }),
  )
})
