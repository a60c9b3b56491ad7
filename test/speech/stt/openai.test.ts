import { expect, it } from 'vitest'
import { OpenAiDialogue } from '../../../src/speech/stt/openai.js'
import { heard, listening, opening } from './dialogues.js'

const key = { apiKey: 'k3y' }
const transcription = 'conversation.item.input_audio_transcription'

it.each([
  ['https://api.openai.com/v1', 'wss://api.openai.com/v1/realtime?intent=transcription'],
  ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/v1/realtime?intent=transcription'],
  [undefined, 'wss://api.openai.com/v1/realtime?intent=transcription'],
])('below %s', (url, expected) => {
  expect(new OpenAiDialogue({ ...key, url }, listening()).url).toBe(expected)
})

it('sets the session up for transcription', () => {
  expect(
    opening(new OpenAiDialogue(key, listening({ model: 'gpt-4o-transcribe', hints: ['table', 'hours'] }))),
  ).toEqual([
    {
      type: 'session.update',
      session: {
        type: 'transcription',
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            transcription: { model: 'gpt-4o-transcribe', language: 'en', prompt: 'table, hours' },
            turn_detection: { type: 'server_vad', silence_duration_ms: 500 },
          },
        },
      },
    },
  ])
  const wide = new OpenAiDialogue(key, listening({ sampleRate: 16_000 }))
  expect(wide.format).toEqual({ encoding: 'pcm', sampleRate: 24_000 })
})

it('collects the deltas of an item', () => {
  const item_id = 'item_003'
  expect(
    heard(
      new OpenAiDialogue(key, listening()),
      { type: 'session.created', session: {} },
      { type: 'session.updated', session: {} },
      { type: 'input_audio_buffer.speech_started', audio_start_ms: 1000, item_id },
      { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 2000, item_id },
      { type: 'input_audio_buffer.committed', previous_item_id: 'item_002', item_id },
      { type: `${transcription}.delta`, item_id, content_index: 0, delta: 'Hello,' },
      { type: `${transcription}.delta`, item_id, content_index: 0, delta: ' how' },
      { type: `${transcription}.completed`, item_id, content_index: 0, transcript: 'Hello, how are you?' },
    ),
  ).toEqual(['ready', 'partial: Hello,', 'partial: Hello, how', 'final: Hello, how are you?', 'endOfTurn'])
})

it('sends audio as base64', () => {
  const message = new OpenAiDialogue(key, listening()).audio(Buffer.from([1, 2, 3]))
  expect(JSON.parse(message)).toEqual({ type: 'input_audio_buffer.append', audio: 'AQID' })
})

it('takes an empty commit for the answer that there is nothing', () => {
  const error = {
    type: 'invalid_request_error',
    code: 'input_audio_buffer_commit_empty',
    message: 'buffer too small',
  }
  expect(heard(new OpenAiDialogue(key, listening()), { type: 'error', error })).toEqual(['finalized'])
})

it('throws other errors', () => {
  const error = {
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message: 'Incorrect API key provided',
  }
  expect(() => heard(new OpenAiDialogue(key, listening()), { type: 'error', error })).toThrow(
    expect.objectContaining({
      fault: 'credentials',
      message: 'openai: invalid_api_key Incorrect API key provided',
    }),
  )
})
