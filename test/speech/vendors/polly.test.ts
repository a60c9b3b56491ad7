import { afterEach, beforeEach, expect, it } from 'vitest'
import { Polly, refuse, sound, speak } from './polly-server.js'
import { awsSettings } from './support/aws-account.js'
import { say, speakRequest, ttsOf, until } from './support/clients.js'

let polly: Polly
let engine: ReturnType<typeof ttsOf>

beforeEach(async () => {
  polly = await Polly.start()
  engine = ttsOf('polly', { ...awsSettings, url: polly.url })
})

afterEach(async () => {
  await engine.close()
  await polly.close()
})

it.each([8000, 16000])(
  'speaks to a leg of %i Hz at its own rate, whatever pieces samples come in',
  async (sampleRate) => {
    const spoken = say(engine, speakRequest({ voice: 'Joanna', model: 'neural', sampleRate }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
    expect([spoken.sampleRate, spoken.pcm.length]).toEqual([sampleRate, sampleRate / 5])
    expect(spoken.pcm.slice(0, 120)).toEqual(Array.from({ length: 120 }, (_, i) => 0x101 + (i % 100)))
    expect(polly.asked[0]!.fields).toMatchObject({
      OutputFormat: 'pcm',
      SampleRate: String(sampleRate),
      Text: 'Hello there, friend.',
      VoiceId: 'Joanna',
      Engine: 'neural',
    })
  },
)

it('delivers what came before the answer is complete', async () => {
  polly.answer = (synthesis) => sound(synthesis, 40)
  const spoken = say(engine, speakRequest())
  await until(() => spoken.pcm.length > 0)
  expect(spoken.done).toBe(false)
  polly.asked[0]!.response.end()
  await until(() => spoken.done)
  expect([spoken.error, spoken.pcm.length]).toEqual([undefined, 320])
})

it('wraps SSML in its root, and text in nothing', async () => {
  const ssml = say(engine, speakRequest({ text: 'One <break time="200ms"/> two &amp; three', ssml: true }))
  const plain = say(engine, speakRequest({ text: 'R&D <soon>' }))
  await until(() => ssml.done && plain.done)
  expect([ssml.error, plain.error]).toEqual([undefined, undefined])
  const texts = polly.asked.map(({ fields }) => [fields['TextType'] ?? 'text', fields['Text']])
  expect(texts).toContainEqual(['ssml', '<speak>One <break time="200ms"/> two &amp; three</speak>'])
  expect(texts).toContainEqual(['text', 'R&D <soon>'])
})

it('stops the request when it is aborted', async () => {
  polly.answer = (synthesis) => sound(synthesis, 40)
  const stop = new AbortController()
  const spoken = say(engine, speakRequest(), stop.signal)
  await until(() => spoken.pcm.length > 0)
  stop.abort()
  await until(() => spoken.done && polly.asked[0]!.gone)
  polly.answer = (synthesis) => speak(synthesis, 200)
  const next = say(engine, speakRequest())
  await until(() => next.done)
  expect([next.error, next.pcm.length]).toEqual([undefined, 1600])
})

it('speaks after a slow start', async () => {
  polly.answer = () => {}
  const spoken = say(engine, speakRequest())
  await until(() => polly.asked[0])
  expect(spoken.done).toBe(false)
  speak(polly.asked[0]!, 200)
  await until(() => spoken.done)
  expect([spoken.error, spoken.pcm.length]).toEqual([undefined, 1600])
})

it('stops a request that was not answered yet', async () => {
  polly.answer = () => {}
  const stop = new AbortController()
  const spoken = say(engine, speakRequest(), stop.signal)
  await until(() => polly.asked[0])
  stop.abort()
  await until(() => spoken.done && polly.asked[0]!.gone)
  expect(spoken.pcm).toEqual([])
})

it.each([
  ['id', { apiKey: 'AKIDWRONG00000000000' }, 'security token'],
  ['secret', { apiSecret: 'not-the-secret' }, 'signature'],
])('tells a wrong %s, and does not repeat it', async (_, settings, why) => {
  const wrong = ttsOf('polly', { ...awsSettings, url: polly.url, ...settings })
  const spoken = say(wrong, speakRequest())
  await until(() => spoken.done)
  expect([spoken.error?.fault, spoken.error?.status]).toEqual(['credentials', 403])
  expect(spoken.error?.message).toContain(why)
  expect(spoken.error?.message).not.toContain(Object.values(settings)[0])
  await wrong.close()
})

it.each([
  [400, 'InvalidSsmlException', 'Invalid SSML request', 'request'],
  [400, 'EngineNotSupportedException', 'This voice does not support the selected engine: neural', 'request'],
  [400, 'ThrottlingException', 'Rate exceeded', 'quota'],
  [402, 'ServiceQuotaExceededException', 'The quota is exceeded', 'quota'],
  [500, 'ServiceFailureException', 'An unknown condition has caused a service failure.', 'server'],
])('tells a refusal with %i %s, at once', async (status, type, message, fault) => {
  polly.answer = ({ response }) => refuse(response, { status, type, message })
  const spoken = say(engine, speakRequest())
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe(fault)
  expect(spoken.error?.message).toContain(message)
  expect(polly.requests).toBe(1)
})

it('tells a connection that broke in mid-sentence, and connects anew', async () => {
  polly.answer = (synthesis) => sound(synthesis, 40)
  const spoken = say(engine, speakRequest())
  await until(() => spoken.pcm.length > 0)
  polly.asked[0]!.response.destroy()
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe('dropped')
  polly.answer = (synthesis) => speak(synthesis, 200)
  const next = say(engine, speakRequest())
  await until(() => next.done)
  expect([next.error, next.pcm.length]).toEqual([undefined, 1600])
})

it('tells that nobody listens there', async () => {
  const nowhere = ttsOf('polly', { ...awsSettings, url: 'http://127.0.0.1:9' })
  const spoken = say(nowhere, speakRequest())
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe('connect')
  await nowhere.close()
})
