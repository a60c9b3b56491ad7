import { expect, it } from 'vitest'
import { openAiPost } from '../../../src/speech/tts/openai.js'
import { speaking } from './utterances.js'

it('posts a chunk as OpenAI documents it', () => {
  const request = speaking({ voice: 'nova', settings: { speed: 1.2, instructions: 'Be brief.' } })
  const { url, headers, body, format } = openAiPost(
    { apiKey: 'k3y' },
    'https://api.openai.com/v1',
    'gpt-4o-mini-tts',
    request,
  )
  expect(url).toBe('https://api.openai.com/v1/audio/speech')
  expect(headers).toEqual({ 'content-type': 'application/json', authorization: 'Bearer k3y' })
  expect(JSON.parse(body)).toEqual({
    model: 'gpt-4o-mini-tts',
    input: 'Hello there.',
    voice: 'nova',
    response_format: 'pcm',
    speed: 1.2,
    instructions: 'Be brief.',
  })
  expect(format).toEqual({ encoding: 'pcm', sampleRate: 24_000 })
})

it("needs no key for a server of one's own", () => {
  const { url, headers, body } = openAiPost(
    { url: 'http://127.0.0.1:8880' },
    '',
    'tts-1',
    speaking({ model: 'kokoro' }),
  )
  expect(url).toBe('http://127.0.0.1:8880/v1/audio/speech')
  expect(headers).toEqual({ 'content-type': 'application/json' })
  expect(JSON.parse(body)).toMatchObject({ model: 'kokoro' })
})
