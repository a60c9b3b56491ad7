import { expect, it } from 'vitest'
import { AssemblyAiDialogue } from '../../../src/speech/stt/assemblyai.js'
import { heard, listening, queryOf } from './dialogues.js'

const key = { apiKey: 'k3y' }

const turn = (transcript: string, changes: object = {}) => ({
  type: 'Turn',
  turn_order: 0,
  turn_is_formatted: false,
  end_of_turn: false,
  transcript,
  utterance: '',
  end_of_turn_confidence: 0.09,
  words: [{ text: 'hi', start: 1440, end: 1520, confidence: 0.9, word_is_final: true }],
  ...changes,
})

it.each([
  [
    'en-GB',
    8000,
    { encoding: 'pcm_mulaw', sample_rate: '8000', speech_model: 'universal-streaming-english' },
  ],
  [
    'es',
    16_000,
    { encoding: 'pcm_s16le', sample_rate: '16000', speech_model: 'universal-streaming-multilingual' },
  ],
  ['multi', 8000, { speech_model: 'universal-streaming-multilingual', language_detection: 'true' }],
])('%s at %i Hz → %j', (language, sampleRate, query) => {
  const dialogue = new AssemblyAiDialogue(key, listening({ language, sampleRate }))
  expect(queryOf(dialogue)).toMatchObject(query)
  expect(dialogue.headers).toEqual({ authorization: 'k3y' })
})

it('takes hints and silence', () => {
  const settings = { speechTimeout: 900, profanityFilter: true }
  expect(
    queryOf(new AssemblyAiDialogue(key, listening({ hints: ['table', 'Sonny'], settings }))),
  ).toMatchObject({
    keyterms_prompt: '["table","Sonny"]',
    min_turn_silence: '900',
    max_turn_silence: '900',
    filter_profanity: 'true',
  })
})

it('ends a turn once, with its formatted text', () => {
  expect(
    heard(
      new AssemblyAiDialogue(key, listening()),
      { type: 'Begin', id: 'de5d9927-73a6-4be8-b52d-b4c07be37e6b', expires_at: 1745483367 },
      { type: 'SpeechStarted', timestamp: 1440 },
      turn('hi my name is'),
      turn('hi', { words: [{ text: 'hi' }, { text: 'my' }] }),
      turn('hi my name is sonny', { end_of_turn: true, end_of_turn_confidence: 0.99 }),
      turn('Hi, my name is Sonny.', { end_of_turn: true, turn_is_formatted: true }),
      { type: 'Termination', audio_duration_seconds: 12, session_duration_seconds: 13 },
    ),
  ).toEqual([
    'ready',
    'partial: hi my name is',
    'partial: hi my',
    'partial: hi my name is sonny',
    'final: Hi, my name is Sonny.',
    'endOfTurn',
  ])
})

it('tells the language that was found last', () => {
  const dialogue = new AssemblyAiDialogue(key, listening({ language: 'multi' }))
  const languages = [
    turn('hi'),
    turn('Hola.', { end_of_turn: true, turn_is_formatted: true, language_code: 'es' }),
    turn('y'),
  ].flatMap((message) => dialogue.read(JSON.stringify(message)))
  const told = languages.flatMap((signal) => ('transcript' in signal ? signal.transcript.language : []))
  expect(told).toEqual(['en', 'es', 'es'])
})

it('throws what is called an error', () => {
  const error = { type: 'Error', error_code: 3006, error: 'Invalid message' }
  expect(() => heard(new AssemblyAiDialogue(key, listening()), error)).toThrow(
    'assemblyai: 3006 Invalid message',
  )
})
