import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VendorSettings } from '../../../src/speech/index.js'
import { ElevenLabs, elevenLabsKey } from './elevenlabs-server.js'
import { say, speakRequest, ttsOf, until, withVoice, words } from './support/clients.js'
import { serveEach, server } from './support/serve-each.js'
import { expand } from './support/sound.js'

let eleven: ElevenLabs
let engine: ReturnType<typeof ttsOf>

serveEach(() => {
  eleven = new ElevenLabs()
  return eleven
})
beforeEach(() => {
  engine = create()
})
afterEach(() => engine.close())

function create(settings: VendorSettings = {}) {
  return ttsOf('elevenlabs', { apiKey: elevenLabsKey, url: server.url, ...settings })
}

const text = 'Hello there friend'

it('speaks text as mulaw, with marks counted over all pieces', async () => {
  const request = speakRequest({ text })
  const spoken = say(engine, request)
  await until(() => spoken.done)
  expect(spoken.error).toBeUndefined()
  expect(spoken.sampleRate).toBe(8000)
  const first = Array.from({ length: 80 * 8 }, () => expand(0x90))
  const second = Array.from({ length: 80 * 10 }, () => expand(0x91))
  expect(spoken.pcm).toEqual([...first, ...second])
  expect(words(request, spoken.marks)).toEqual(['Hello 0-50', 'there 60-110', 'friend 120-180'])
  expect(server.sessions[0]!.asked('output_format')).toEqual(['ulaw_8000'])
})

it('asks for PCM on a leg of 16 kHz', async () => {
  const spoken = say(engine, speakRequest({ text, sampleRate: 16000 }))
  await until(() => spoken.done)
  expect(server.sessions[0]!.asked('output_format')).toEqual(['pcm_16000'])
  expect([spoken.sampleRate, spoken.pcm.length]).toEqual([16000, 16 * 180])
  expect(spoken.pcm[0]).toBe(Buffer.from([0x90, 0x90]).readInt16LE())
})

it('passes voice, model, language and text normalisation on', async () => {
  const settings = { elevenlabsTextNormalization: 'on' }
  const request = speakRequest({
    text,
    voice: 'v0ice',
    model: 'eleven_turbo_v2_5',
    language: 'de-DE',
    settings,
  })
  const spoken = say(engine, request)
  await until(() => spoken.done)
  const session = server.sessions[0]!
  expect(session.url.pathname).toContain('/v1/text-to-speech/v0ice/')
  expect(session.asked('model_id')).toEqual(['eleven_turbo_v2_5'])
  expect(session.asked('language_code')).toEqual(['de'])
  expect(session.asked('apply_text_normalization')).toEqual(['on'])
})

it.each([
  ['John', 'c0ns1stent1d0fanJohn'],
  ['JOHN', 'c0ns1stent1d0fanJohn'],
  ['Will', 'bIHbv24MWmeRgasZH58o'],
])('finds the voice that the account calls %s, once', async (voice, id) => {
  for (let n = 0; n < 2; n++) {
    const spoken = say(engine, speakRequest({ text, voice }))
    await until(() => spoken.done)
    expect([spoken.error, spoken.pcm.length]).toEqual([undefined, 80 * text.length])
  }
  expect(server.sessions[0]!.url.pathname).toContain(`/${id}/`)
  expect(eleven.requests).toHaveLength(1)
})

it('tells that the account has no voice of that name, and looks again next time', async () => {
  const request = speakRequest({ text, voice: 'Nobody Special' })
  const spoken = say(engine, request)
  await until(() => spoken.done)
  expect(spoken.error).toMatchObject({ fault: 'request' })
  expect(spoken.error?.message).toContain('no voice "Nobody Special"')
  eleven.voices.set('N0b0dySpec1alXXXXXXX', 'Nobody Special')
  const next = say(engine, request)
  await until(() => next.done)
  expect(next.error).toBeUndefined()
})

it('tells a wrong key where a name is looked up, and does not repeat it', async () => {
  const wrong = create({ apiKey: 'not-the-key' })
  const spoken = say(wrong, speakRequest({ voice: 'John' }))
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe('credentials')
  expect(spoken.error?.message).not.toContain('not-the-key')
  await wrong.close()
})

it('is aborted while a name is looked up, and connects ahead once it is found', async () => {
  const release = server.hold()
  const stop = new AbortController()
  const given = say(engine, speakRequest({ text, voice: 'John' }), stop.signal)
  engine.prepare?.(speakRequest({ text, voice: 'John' }))
  stop.abort()
  await until(() => given.done)
  expect([given.error, given.pcm.length]).toEqual([undefined, 0])
  release()
  await until(() => server.sessions.length === 1)
  expect(server.sessions[0]!.url.pathname).toContain('/c0ns1stent1d0fanJohn/')
})

it.each([8000, 16_000])('asks by requests for the model that has no socket, at %i Hz', async (sampleRate) => {
  const settings = { stability: 0.5, elevenlabsTextNormalization: 'on' }
  const request = speakRequest({ text, voice: 'John', model: 'eleven_v3', sampleRate, settings })
  const spoken = say(engine, request)
  await until(() => spoken.done)
  expect([spoken.error, spoken.sampleRate]).toEqual([undefined, sampleRate])
  expect(spoken.pcm).toHaveLength((sampleRate / 1000) * 10 * text.length)
  const asked = eleven.requests.at(-1)!
  expect(asked.url.pathname).toBe('/v1/text-to-speech/c0ns1stent1d0fanJohn/stream')
  expect(JSON.parse(asked.body)).toEqual({
    text,
    model_id: 'eleven_v3',
    voice_settings: { stability: 0.5 },
    apply_text_normalization: 'on',
  })
  expect(server.sessions).toEqual([])
})

it('speaks one request after another without their audio being mixed', async () => {
  for (let n = 0; n < 8; n++) {
    const spoken = say(engine, speakRequest({ text: 'Yes sir' }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
    expect(new Set(spoken.pcm)).toEqual(new Set([expand(0x90 + n)]))
  }
})

it('stops ElevenLabs when it is aborted, and hears nothing of it in the next request', async () => {
  eleven.speaks = false
  const stop = new AbortController()
  const spoken = say(engine, speakRequest({ text }), stop.signal)
  await until(() => eleven.contexts.size === 1)
  const session = server.sessions[0]!
  const [id] = [...eleven.contexts.keys()] as [string]
  await until(() => session.texts.some((message) => String(message['text']).includes('friend')))
  eleven.piece(session, id, 'Hello ')
  await until(() => spoken.pcm.length > 0)
  const closes = () => session.texts.filter((message) => message['close_context'] === true).length
  const before = closes()
  stop.abort()
  await until(() => spoken.done)
  await until(() => session.closed ?? closes() > before)
  if (!session.closed) eleven.piece(session, id, 'there friend')
  eleven.contexts.delete(id)
  eleven.speaks = true
  const next = say(engine, speakRequest({ text: 'Yes sir' }))
  await until(() => next.done)
  expect(next.error).toBeUndefined()
  expect(next.pcm).toHaveLength(80 * 'Yes sir'.length)
  expect(new Set(next.pcm).size).toBe(1)
})

it('goes on when many requests are stopped at once: it opens no more contexts than there may be', async () => {
  eleven.speaks = false
  const stop = new AbortController()
  const stopped = Array.from({ length: 5 }, () => say(engine, speakRequest({ text }), stop.signal))
  await until(() => eleven.contexts.size === 5)
  stop.abort()
  await until(() => stopped.every(({ done }) => done))
  const next = say(engine, speakRequest({ text }))
  await until(() => server.sessions.length === 2)
  eleven.contexts.clear()
  const [, fresh] = server.sessions
  await until(() => fresh!.texts.some((message) => message['close_context'] === true))
  eleven.speaks = true
  const last = say(engine, speakRequest({ text }))
  await until(() => last.done)
  expect([next.error, last.error]).toEqual([undefined, undefined])
})

it('keeps requests with other settings of the voice on connections of their own', async () => {
  for (const settings of [{ stability: 0.3 }, { stability: 0.7 }, { stability: 0.3 }]) {
    const spoken = say(engine, speakRequest({ text, settings }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
  }
  const stabilities = server.sessions.map(({ texts }) => {
    return texts.flatMap((message) => (message['voice_settings'] as { stability: number })?.stability ?? [])
  })
  expect(stabilities).toEqual([[0.3, 0.3], [0.7]])
})

it.each([
  ['eleven_flash_v2', 'Hello <phoneme alphabet="ipa" ph="x">there</phoneme> <break time="1.5s" />friend '],
  ['eleven_flash_v2_5', 'Hello there <break time="1.5s" />friend '],
])('passes of markup on to %s what that knows, with the words’ marks', async (model, sent) => {
  const markup =
    'Hello <phoneme alphabet="ipa" ph="x">there</phoneme> <break time="1500ms"/><emphasis>friend</emphasis>'
  const request = speakRequest({ text: markup, ssml: true, model })
  const spoken = say(engine, request)
  await until(() => spoken.done)
  const session = server.sessions[0]!
  expect(session.asked('enable_ssml_parsing')).toEqual(['true'])
  expect(session.texts[1]).toMatchObject({ text: sent })
  const plain = say(engine, speakRequest({ text: '<emphasis>Yes</emphasis>', ssml: true, model }))
  await until(() => plain.done)
  expect(server.sessions[1]!.asked('enable_ssml_parsing')).toEqual([])
  expect(server.sessions[1]!.texts[1]).toMatchObject({ text: 'Yes ' })
})

it('waits for a slow start, and is aborted while it waits', async () => {
  const release = server.hold()
  const stop = new AbortController()
  const spoken = say(engine, speakRequest({ text }))
  const given = say(engine, speakRequest({ text, voice: 'EXAVITQu4vr4xnSDxMaL' }), stop.signal)
  stop.abort()
  await until(() => given.done)
  release()
  await until(() => spoken.done)
  expect([given.pcm.length, spoken.pcm.length]).toEqual([0, 80 * text.length])
})

it('connects ahead of a request', async () => {
  engine.prepare?.(withVoice(engine, speakRequest({ text })))
  await until(() => server.sessions.length === 1)
  const spoken = say(engine, speakRequest({ text }))
  await until(() => spoken.done)
  expect(spoken.pcm).toHaveLength(80 * text.length)
  expect(server.sessions[0]!.messages.length).toBeGreaterThan(0)
})

it('tells a wrong key, and does not repeat it', async () => {
  const wrong = create({ apiKey: 'not-the-key' })
  const spoken = say(wrong, speakRequest())
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe('credentials')
  expect(spoken.error?.message).toContain('Invalid API key')
  expect(spoken.error?.message).not.toContain('not-the-key')
  await wrong.close()
})

it.each([
  ['quota_exceeded', 'This request exceeds your quota of 10000.', 'quota'],
  ['invalid_api_key', 'Invalid API key', 'credentials'],
  ['voice_id_does_not_exist', 'A voice with voice_id x does not exist.', 'request'],
  [
    'input_timeout_exceeded',
    'Have not received a new text input within the timeout of 20 seconds.',
    'dropped',
  ],
  [
    'max_active_conversations',
    'Maximum simultaneous contexts per WebSocket connection exceeded (5).',
    'server',
  ],
  ['internal_error', 'We are sorry, something went wrong.', 'server'],
])('tells the socket’s error %s', async (code, message, fault) => {
  eleven.speaks = false
  const spoken = say(engine, speakRequest({ text }))
  await until(() => eleven.contexts.size === 1)
  eleven.fail(server.sessions[0]!, code, message)
  await until(() => spoken.done)
  expect(spoken.error?.message).toContain(message)
  expect(spoken.error?.fault).toBe(fault)
})

it('tells a refused handshake', async () => {
  server.refuse({
    status: 429,
    body: { detail: { status: 'too_many_concurrent_requests', message: 'Too many' } },
  })
  const spoken = say(engine, speakRequest())
  await until(() => spoken.done)
  expect([spoken.error?.fault, spoken.error?.status]).toEqual(['quota', 429])
  expect(spoken.error?.message).toContain('Too many')
})

it('tells a connection that broke in mid-sentence, and connects anew', async () => {
  eleven.speaks = false
  const spoken = say(engine, speakRequest({ text }))
  await until(() => eleven.contexts.size === 1)
  const [id] = [...eleven.contexts.keys()] as [string]
  eleven.piece(server.sessions[0]!, id, 'Hello ')
  await until(() => spoken.pcm.length > 0)
  server.sessions[0]!.drop()
  await until(() => spoken.done)
  expect(spoken.error?.fault).toBe('dropped')
  eleven.contexts.clear()
  eleven.speaks = true
  const next = say(engine, speakRequest({ text }))
  await until(() => next.done)
  expect(next.pcm).toHaveLength(80 * text.length)
})
