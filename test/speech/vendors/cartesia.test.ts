import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VendorSettings } from '../../../src/speech/index.js'
import { Cartesia, cartesiaKey, format } from './cartesia-server.js'
import { say, speakRequest, ttsOf, until, withVoice, words } from './support/clients.js'
import { serveEach, server } from './support/serve-each.js'
import { expand } from './support/sound.js'

let cartesia: Cartesia
let engine: ReturnType<typeof ttsOf>

serveEach(() => {
  cartesia = new Cartesia()
  return cartesia
})
beforeEach(() => {
  engine = create()
})
afterEach(() => engine.close())

function create(settings: VendorSettings = {}) {
  return ttsOf('cartesia', { apiKey: cartesiaKey, url: server.url, ...settings })
}

const text = 'Hello there friend'

it('speaks text as mulaw, with the vendor’s marks', async () => {
  const request = speakRequest({ text, voice: 'v0ice', language: 'de-DE', model: 'sonic-3' })
  const spoken = say(engine, request)
  await until(() => spoken.done)
  expect(spoken.error).toBeUndefined()
  const first = Array.from({ length: 80 * 8 }, () => expand(0x90))
  const second = Array.from({ length: 80 * 10 }, () => expand(0x91))
  expect([spoken.sampleRate, spoken.pcm]).toEqual([8000, [...first, ...second]])
  expect(words(request, spoken.marks)).toEqual(['Hello 0-50', 'there 60-110', 'friend 120-180'])
  const session = server.sessions[0]!
  expect(format(session)).toEqual({ container: 'raw', encoding: 'pcm_mulaw', sample_rate: 8000 })
  expect(session.texts[0]).toMatchObject({
    model_id: 'sonic-3',
    language: 'de',
    voice: { mode: 'id', id: 'v0ice' },
  })
})

it('asks for 16-bit samples on a leg of 16 kHz', async () => {
  const spoken = say(engine, speakRequest({ text, sampleRate: 16000 }))
  await until(() => spoken.done)
  expect(format(server.sessions[0]!)).toMatchObject({ encoding: 'pcm_s16le', sample_rate: 16000 })
  expect([spoken.sampleRate, spoken.pcm.length]).toEqual([16000, 160 * text.length])
})

it('speaks requests at once without mixing them', async () => {
  const both = [
    say(engine, speakRequest({ text: 'Yes, sir' })),
    say(engine, speakRequest({ text: 'No thank you' })),
  ]
  await until(() => both.every(({ done }) => done))
  expect(both.map(({ pcm }) => pcm.length).sort()).toEqual([80 * 8, 80 * 12].sort())
  expect(both.flatMap(({ error }) => error ?? [])).toEqual([])
})

it('stops Cartesia when it is aborted, and hears nothing of it in the next request', async () => {
  cartesia.speaks = false
  const stop = new AbortController()
  const spoken = say(engine, speakRequest({ text }), stop.signal)
  await until(() => cartesia.contexts.size === 1)
  const session = server.sessions[0]!
  const [id] = [...cartesia.contexts.keys()] as [string]
  cartesia.chunk(session, id, 4)
  await until(() => spoken.pcm.length > 0)
  stop.abort()
  await until(() => spoken.done)
  await until(() => session.closed ?? session.texts.some((message) => message['cancel'] === true))
  if (!session.closed) cartesia.chunk(session, id, 4)
  cartesia.speaks = true
  const next = say(engine, speakRequest({ text: 'Yes sir, yes' }))
  await until(() => next.done)
  expect(next.error).toBeUndefined()
  expect(next.pcm).toHaveLength(80 * 12)
})

it('speaks after a slow start', async () => {
  const release = server.hold()
  const spoken = say(engine, speakRequest({ text }))
  release()
  await until(() => spoken.done)
  expect(spoken.pcm).toHaveLength(80 * text.length)
})

it('connects ahead of a request, and speaks over that connection', async () => {
  engine.prepare?.(withVoice(engine, speakRequest({ text })))
  await until(() => server.sessions.length === 1)
  const spoken = say(engine, speakRequest({ text }))
  await until(() => spoken.done)
  expect(spoken.pcm).toHaveLength(80 * text.length)
  expect(server.sessions).toHaveLength(1)
})

it('tells a wrong key, and does not repeat it', async () => {
  const wrong = create({ apiKey: 'not-the-key' })
  const spoken = say(wrong, speakRequest())
  await until(() => spoken.done)
  expect([spoken.error?.fault, spoken.error?.status]).toEqual(['credentials', 401])
  expect(spoken.error?.message).toContain('invalid API key')
  expect(spoken.error?.message).not.toContain('not-the-key')
  await wrong.close()
})

it.each([
  [402, 'Credit limit reached', 'quota'],
  [429, 'Too many concurrent requests', 'quota'],
  [400, 'The voice was not found', 'request'],
  [500, 'Internal server error', 'server'],
])('tells an error of status %i', async (status, message, fault) => {
  cartesia.speaks = false
  const spoken = say(engine, speakRequest({ text }))
  await until(() => cartesia.contexts.size === 1)
  const [id] = [...cartesia.contexts.keys()] as [string]
  cartesia.fail(server.sessions[0]!, id, status, message)
  await until(() => spoken.done)
  expect(spoken.error?.message).toContain(message)
  expect(spoken.error?.fault).toBe(fault)
})

it('tells a connection that broke in mid-sentence, and connects anew', async () => {
  cartesia.speaks = false
  const spoken = say(engine, speakRequest({ text }))
  await until(() => cartesia.contexts.size === 1)
  const [id] = [...cartesia.contexts.keys()] as [string]
  cartesia.chunk(server.sessions[0]!, id, 4)
  await until(() => spoken.pcm.length > 0)
  server.sessions[0]!.drop()
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe('dropped')
  cartesia.contexts.clear()
  cartesia.speaks = true
  const next = say(engine, speakRequest({ text }))
  await until(() => next.done)
  expect(next.pcm).toHaveLength(80 * text.length)
})
