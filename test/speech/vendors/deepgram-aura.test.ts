import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VendorSettings } from '../../../src/speech/index.js'
import { DeepgramSpeak } from './deepgram-aura-server.js'
import { deepgramKey, deepgramRefusal } from './deepgram-server.js'
import { say, speakRequest, ttsOf, until, withVoice } from './support/clients.js'
import { serveEach, server } from './support/serve-each.js'
import { expand } from './support/sound.js'

let aura: DeepgramSpeak
let engine: ReturnType<typeof ttsOf>

serveEach(() => {
  aura = new DeepgramSpeak()
  return aura
})
beforeEach(() => {
  engine = create()
})
afterEach(() => engine.close())

function create(settings: VendorSettings = {}) {
  return ttsOf('deepgram', { apiKey: deepgramKey, url: server.url, ...settings })
}

const text = 'Hello there friend'

it('speaks text as mulaw of the voice that was asked for', async () => {
  const spoken = say(engine, speakRequest({ text, voice: 'aura-2-apollo-en' }))
  await until(() => spoken.done)
  expect(spoken.error).toBeUndefined()
  expect(spoken.sampleRate).toBe(8000)
  expect(spoken.pcm).toEqual(Array.from({ length: 80 * text.length }, () => expand(0x90)))
  const session = server.sessions[0]!
  expect(session.asked('model')).toEqual(['aura-2-apollo-en'])
  expect([session.asked('encoding'), session.asked('sample_rate')]).toEqual([['mulaw'], ['8000']])
  expect(session.typed('Speak').map((message) => String(message['text']).trim())).toEqual([text])
})

it('asks for linear16 on a leg of 16 kHz, and joins samples that messages cut', async () => {
  const spoken = say(engine, speakRequest({ text, sampleRate: 16000 }))
  await until(() => spoken.done)
  const session = server.sessions[0]!
  expect([session.asked('encoding'), session.asked('sample_rate')]).toEqual([['linear16'], ['16000']])
  expect(spoken.pcm).toEqual(
    Array.from({ length: 160 * text.length }, () => Buffer.from([0x90, 0x90]).readInt16LE()),
  )
})

it('speaks one request after another', async () => {
  for (let n = 0; n < 3; n++) {
    const spoken = say(engine, speakRequest({ text: 'Yes sir' }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
    expect(spoken.pcm).toEqual(Array.from({ length: 80 * 7 }, () => expand(0x90 + n)))
  }
})

it('stops Deepgram when it is aborted, and hears nothing of it in the next request', async () => {
  aura.speaks = false
  const stop = new AbortController()
  const spoken = say(engine, speakRequest({ text }), stop.signal)
  await until(() => server.sessions[0]?.typed('Flush').length)
  const session = server.sessions[0]!
  aura.sound(session, 4)
  await until(() => spoken.pcm.length > 0)
  stop.abort()
  await until(() => spoken.done)
  await until(() => session.closed ?? session.typed('Clear').length)
  aura.speaks = true
  const next = say(engine, speakRequest({ text: 'Yes sir' }))
  await until(() => next.done)
  expect(next.error).toBeUndefined()
  expect(next.pcm).toEqual(Array.from({ length: 80 * 7 }, () => expand(0x91)))
})

it('speaks more often than Deepgram lets one connection flush', async () => {
  for (let n = 0; n < 25; n++) {
    const spoken = say(engine, speakRequest({ text: 'Yes' }))
    await until(() => spoken.done)
    expect([spoken.error, spoken.pcm.length]).toEqual([undefined, 80 * 3])
  }
  await until(() => server.sessions.length === 2)
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
  expect(spoken.error?.message).toContain('Invalid credentials')
  expect(spoken.error?.message).not.toContain('not-the-key')
  await wrong.close()
})

it('tells a refused handshake', async () => {
  server.refuse(deepgramRefusal(429, 'TOO_MANY_REQUESTS', 'Too many requests'))
  const spoken = say(engine, speakRequest())
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe('quota')
  expect(spoken.error?.message).toContain('Too many requests')
})

it('goes on at a warning, and tells the reason of a Close frame', async () => {
  aura.speaks = false
  const spoken = say(engine, speakRequest({ text }))
  await until(() => server.sessions[0]?.typed('Flush').length)
  const session = server.sessions[0]!
  session.send({ type: 'Warning', code: 'SLOW', description: 'This is slow' })
  aura.sound(session, 4)
  await until(() => spoken.pcm.length > 0)
  session.end(1011, 'NET-0000')
  await until(() => spoken.done)
  expect(spoken.error?.message).toContain('NET-0000')
})

it('tells a connection that broke in mid-sentence, and connects anew', async () => {
  aura.speaks = false
  const spoken = say(engine, speakRequest({ text }))
  await until(() => server.sessions[0]?.typed('Flush').length)
  aura.sound(server.sessions[0]!, 4)
  await until(() => spoken.pcm.length > 0)
  server.sessions[0]!.drop()
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe('dropped')
  aura.buffer = ''
  aura.speaks = true
  const next = say(engine, speakRequest({ text }))
  await until(() => next.done)
  expect(next.pcm).toHaveLength(80 * text.length)
})
