import { expect, it } from 'vitest'
import { SpeechmaticsDialogue } from '../../../src/speech/stt/speechmatics.js'
import { heard, listening, opening } from './dialogues.js'

const key = { apiKey: 'k3y' }

const transcript = (message: string, words: string) => ({
  message,
  format: '2.9',
  metadata: { transcript: words, start_time: 1.2, end_time: 2.4 },
  results: [
    { type: 'word', alternatives: [{ content: 'hello', confidence: 0.8 }], start_time: 1.2, end_time: 2.4 },
  ],
})

it('starts with the format, the language and what ends an utterance', () => {
  const settings = { speechTimeout: 900 }
  const dialogue = new SpeechmaticsDialogue(key, listening({ hints: ['gnocchi'], settings }))
  expect(dialogue.url).toBe('wss://eu.rt.speechmatics.com/v2')
  expect(dialogue.headers).toEqual({ authorization: 'Bearer k3y' })
  expect(opening(dialogue)).toEqual([
    {
      message: 'StartRecognition',
      audio_format: { type: 'raw', encoding: 'mulaw', sample_rate: 8000 },
      transcription_config: {
        language: 'en',
        output_locale: 'en-US',
        operating_point: 'enhanced',
        enable_partials: true,
        max_delay: 1,
        conversation_config: { end_of_utterance_silence_trigger: 0.9 },
        additional_vocab: [{ content: 'gnocchi' }],
      },
    },
  ])
})

it.each([
  ['zh-CN', 'cmn'],
  ['cmn_en', 'cmn_en'],
  ['nb-NO', 'no'],
  ['de-AT', 'de'],
])('%s is %s', (language, expected) => {
  const dialogue = new SpeechmaticsDialogue(key, listening({ language }))
  expect(opening(dialogue)).toMatchObject([{ transcription_config: { language: expected } }])
})

it('joins the words that come settled a few at a time', () => {
  expect(
    heard(
      new SpeechmaticsDialogue(key, listening()),
      { message: 'RecognitionStarted', id: '807670e9-14af-4fa2-9e8f-5d525c22156e' },
      { message: 'AudioAdded', seq_no: 1 },
      transcript('AddPartialTranscript', 'Hello '),
      transcript('AddTranscript', 'Hello '),
      transcript('AddPartialTranscript', 'there you'),
      transcript('AddTranscript', 'there'),
      transcript('AddTranscript', '. '),
      { message: 'EndOfUtterance', metadata: { start_time: 3.1, end_time: 3.1 } },
      { message: 'EndOfTranscript' },
    ),
  ).toEqual([
    'ready',
    'partial: Hello',
    'partial: Hello',
    'partial: Hello there you',
    'partial: Hello there',
    'partial: Hello there.',
    'final: Hello there.',
    'endOfTurn',
  ])
})

it('counts its packets for EndOfStream', () => {
  const dialogue = new SpeechmaticsDialogue(key, listening())
  dialogue.audio(Buffer.alloc(160))
  dialogue.audio(Buffer.alloc(160))
  expect(dialogue.closing()).toEqual(['{"message":"EndOfStream","last_seq_no":2}'])
})

it.each([
  ['not_authorised', 'credentials'],
  ['quota_exceeded', 'quota'],
  ['invalid_model', 'request'],
  ['job_error', 'server'],
])('%s is a fault of %s', (type, fault) => {
  const error = { message: 'Error', type, reason: 'because' }
  const read = () => heard(new SpeechmaticsDialogue(key, listening()), error)
  expect(read).toThrow(expect.objectContaining({ fault, message: `speechmatics: ${type} because` }))
})
