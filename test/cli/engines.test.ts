import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { testEngine } from '../../src/cli/engines/test-engine.js'
import { OpenAi, openAiKey } from '../speech/vendors/openai-server.js'

let server: OpenAi
let lines: string[]

beforeEach(async () => {
  server = await OpenAi.start()
  lines = []
  vi.stubEnv('OPENAI_API_KEY', openAiKey)
  vi.stubEnv('OPENAI_BASE_URL', server.url)
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line))
})

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await server.close()
})

const flags = { text: 'One.', language: 'en-US', voice: '', model: '', sampleRate: 16_000, json: true }

it('tells what an engine understood, and how long that took', async () => {
  server.answer = ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"One."}')
  }
  expect(await testEngine('openai-file', flags)).toBe(0)
  expect(JSON.parse(lines.join())).toMatchObject({
    engine: 'openai-file',
    test: 'speech to text',
    said: 'One.',
    understood: 'One.',
    'text after the end of speech': expect.any(Number),
  })
}, 30_000)

it('gives up an engine that says nothing, and leaves nothing running', async () => {
  const started = vi.spyOn(globalThis, 'setInterval')
  const cleared = vi.spyOn(globalThis, 'clearInterval')
  expect(await testEngine('openai-file', { ...flags, patienceMs: 300 })).toBe(1)
  expect(JSON.parse(lines.join())).toMatchObject({ failed: 'no text came for 300 ms' })
  const beats = started.mock.results.filter((_, i) => started.mock.calls[i]![1] === 20)
  expect(beats).toHaveLength(1)
  expect(cleared.mock.calls.flat()).toContain(beats[0]!.value)
}, 30_000)
