import { expect, it } from 'vitest'
import { XaiDialogue } from '../../../src/speech/stt/xai.js'
import { heard, listening, queryOf } from './dialogues.js'

const key = { apiKey: 'k3y' }

const piece = (text: string, is_final = false, speech_final = false) => ({
  type: 'transcript.partial',
  text,
  is_final,
  speech_final,
  words: [],
})

it('asks for µ-law, the language and key terms', () => {
  const dialogue = new XaiDialogue(
    key,
    listening({ hints: ['table', 'x'.repeat(51)], settings: { speechTimeout: 900 } }),
  )
  expect(dialogue.url).toMatch(/^wss:\/\/api\.x\.ai\/v1\/stt\?/)
  expect(dialogue.headers).toEqual({ authorization: 'Bearer k3y' })
  expect(queryOf(dialogue)).toEqual({
    sample_rate: '8000',
    encoding: 'mulaw',
    interim_results: 'true',
    endpointing: '900',
    language: 'en',
    keyterm: 'table',
  })
})

it('takes an utterance whose last message repeats its pieces', () => {
  expect(
    heard(
      new XaiDialogue(key, listening()),
      { type: 'transcript.created' },
      piece('what are'),
      piece('What are your', true),
      piece('opening'),
      piece('What are your opening hours?', true, true),
    ),
  ).toEqual([
    'ready',
    'partial: what are',
    'partial: What are your',
    'partial: What are your opening',
    'final: What are your opening hours?',
    'endOfTurn',
  ])
})

it('takes one whose last message is the last piece alone', () => {
  expect(
    heard(
      new XaiDialogue(key, listening()),
      piece('one two', true),
      piece('three', true),
      piece('three', true, true),
    ),
  ).toEqual(['partial: one two', 'partial: one two three', 'final: one two three', 'endOfTurn'])
})

it('throws what is called an error', () => {
  const error = { type: 'error', message: 'Invalid API key' }
  expect(() => heard(new XaiDialogue(key, listening()), error)).toThrow('xai: Invalid API key')
})
