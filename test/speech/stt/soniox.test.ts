import { expect, it } from 'vitest'
import { SonioxDialogue } from '../../../src/speech/stt/soniox.js'
import { heard, listening, opening } from './dialogues.js'

const key = { apiKey: 'k3y' }

const token = (text: string, is_final = false, changes: object = {}) => ({
  text,
  start_ms: 0,
  end_ms: 90,
  confidence: 0.9,
  is_final,
  ...changes,
})
const tokens = (...list: object[]) => ({ tokens: list, final_audio_proc_ms: 0, total_audio_proc_ms: 240 })

it('starts with its key, the format and the language', () => {
  const settings = { speechTimeout: 600 }
  const dialogue = new SonioxDialogue(key, listening({ hints: ['table'], settings }))
  expect(dialogue.headers).toEqual({ authorization: 'Bearer k3y' })
  expect(opening(dialogue)).toEqual([
    {
      api_key: 'k3y',
      model: 'stt-rt-v5',
      audio_format: 'mulaw',
      sample_rate: 8000,
      num_channels: 1,
      language_hints: ['en'],
      enable_endpoint_detection: true,
      max_endpoint_delay_ms: 600,
      context: { terms: ['table'] },
    },
  ])
  const multi = new SonioxDialogue(key, listening({ language: 'multi', sampleRate: 16_000 }))
  expect(opening(multi)).toMatchObject([{ audio_format: 'pcm_s16le', enable_language_identification: true }])
})

it('adds final tokens up and shows the others behind them', () => {
  expect(
    heard(
      new SonioxDialogue(key, listening()),
      tokens(token('Hel')),
      tokens(token('Hel', true), token('lo')),
      tokens(token('lo', true), token(' the'), token('re')),
      tokens(token(' there', true), token('.', true), token('<end>', true)),
      tokens(token('And')),
      { tokens: [], finished: true },
    ),
  ).toEqual([
    'partial: Hel',
    'partial: Hello',
    'partial: Hello there',
    'final: Hello there.',
    'endOfTurn',
    'partial: And',
  ])
})

it('knows the answer to finalize, also where there is nothing', () => {
  const dialogue = new SonioxDialogue(key, listening())
  expect(dialogue.finalize()).toEqual(['{"type":"finalize"}'])
  expect(
    heard(dialogue, tokens(token('yes', true), token('<fin>', true)), tokens(token('<fin>', true))),
  ).toEqual(['final: yes', 'finalized', 'finalized'])
})

it('tells the language that it found', () => {
  const dialogue = new SonioxDialogue(key, listening({ language: 'auto' }))
  const message = tokens(token('hola', true, { language: 'es' }), token('<end>', true))
  expect(dialogue.read(JSON.stringify(message))[0]).toMatchObject({
    transcript: { text: 'hola', language: 'es' },
  })
})

it('throws what is called an error', () => {
  const error = { tokens: [], error_code: 401, error_message: 'Invalid API key.' }
  expect(() => heard(new SonioxDialogue(key, listening()), error)).toThrow(
    expect.objectContaining({ fault: 'credentials', message: 'soniox: 401 Invalid API key.' }),
  )
})
