import { expect, it } from 'vitest'
import type { Listening } from '../../../src/speech/index.js'
import { appended, inputOf, OpenAiRealtime, realtimeKey } from './openai-realtime-server.js'
import { listenOptions, record, until, writeFrames } from './support/clients.js'
import { clock, listenBy, serveEach, server } from './support/serve-each.js'
import { muLawOf } from './support/sound.js'
import type { VendorSession } from './support/vendor-session.js'

let realtime: OpenAiRealtime

serveEach(() => {
  realtime = new OpenAiRealtime()
  return realtime
})

const listen = listenBy('openai', realtimeKey, {}, '/v1')
const older = { model: 'gpt-4o-transcribe' }
/** Frames in which nobody speaks. */
const silence = (listening: Listening, count: number) => {
  for (let n = 0; n < count; n++) listening.write(new Int16Array(160), false)
}

/** A connection whose configuration has come. */
async function configured(number = 0): Promise<VendorSession> {
  await until(() => server.sessions[number]?.typed('session.update').length)
  return server.sessions[number]!
}

it('says a transcript while somebody speaks, and ends the turn where silence does', async () => {
  const { listening, said } = listen()
  const session = await configured()
  expect(inputOf(session)).toMatchObject({
    turn_detection: null,
    transcription: { model: 'gpt-live-transcribe', languages: ['en'] },
  })
  writeFrames(listening, 0, 20)
  realtime.delta(session, 'One')
  realtime.delta(session, ' moment.')
  await until(() => said.length === 2)
  silence(listening, 24)
  expect(session.typed('input_audio_buffer.commit')).toEqual([])
  silence(listening, 1)
  await until(() => said.includes('endOfTurn'))
  expect(said).toEqual(['partial: One', 'partial: One moment.', 'final: One moment.', 'endOfTurn'])
  expect(session.typed('input_audio_buffer.commit')).toHaveLength(1)
  expect(appended(session)).toHaveLength(45 * 160)
  await listening.close()
})

it('ends the turn where silence did before the connection was there', async () => {
  const release = server.hold()
  const { listening, said } = listen({ settings: { speechTimeout: 200 } })
  realtime.heard = 'Hello.'
  writeFrames(listening, 0, 20)
  silence(listening, 10)
  writeFrames(listening, 30, 40)
  release()
  await until(() => said.includes('endOfTurn'))
  expect(said).toEqual(['final: Hello.', 'endOfTurn'])
  await listening.close()
})

it('does not let what it keeps grow while nobody speaks', async () => {
  const { listening, said } = listen()
  const session = await configured()
  silence(listening, 10)
  // Audio goes up once the client, too, knows that the session is configured.
  await until(() => session.typed('input_audio_buffer.append').length > 0)
  silence(listening, 1_600)
  await until(() => session.typed('input_audio_buffer.clear').length > 0)
  expect(session.typed('input_audio_buffer.clear')).toHaveLength(1)
  expect(session.typed('input_audio_buffer.commit')).toEqual([])
  realtime.delta(session, 'Psst')
  await until(() => said.length > 0)
  silence(listening, 1_500)
  await until(() => said.includes('endOfTurn'))
  expect(said).toEqual(['partial: Psst', 'final: Psst', 'endOfTurn'])
  await listening.close()
})

it('waits for the transcript of a turn that silence ended just before it is asked', async () => {
  const { listening, said } = listen()
  const session = await configured()
  session.send({ type: 'input_audio_buffer.committed', item_id: 'item_1', previous_item_id: null })
  realtime.delta(session, 'Ye')
  await until(() => said.length === 1)
  listening.finalize()
  await until(() => session.typed('input_audio_buffer.commit').length === 1)
  const about = { item_id: 'item_1', content_index: 0 }
  session.send({
    type: 'conversation.item.input_audio_transcription.completed',
    ...about,
    transcript: 'Yes.',
  })
  await until(() => said.includes('endOfTurn'))
  await clock.run(5_000, 500)
  expect(said).toEqual(['partial: Ye', 'final: Yes.', 'endOfTurn'])
  await listening.close()
})

it('says a transcript of an older model as it grows, and the end of the turn', async () => {
  const { listening, said } = listen(older)
  const session = await configured()
  realtime.commit(session, 'Hello', ' there', '.')
  await until(() => said.includes('endOfTurn'))
  expect(said).toEqual([
    'partial: Hello',
    'partial: Hello there',
    'partial: Hello there.',
    'final: Hello there.',
    'endOfTurn',
  ])
  await listening.close()
})

it('commits the audio on finalize', async () => {
  const { listening, said } = listen()
  const session = await configured()
  writeFrames(listening, 0, 20)
  realtime.heard = 'One moment.'
  listening.finalize()
  await until(() => said.some((one) => one.startsWith('final')))
  expect(session.typed('input_audio_buffer.commit')).toHaveLength(1)
  expect(said.filter((one) => one.startsWith('final'))).toEqual(['final: One moment.'])
  await listening.close()
})

it('finalises with empty text where there is no audio to be committed', async () => {
  const { listening, said } = listen()
  await configured()
  listening.finalize()
  await clock.run(10_000, 500)
  await until(() => said.length > 0)
  expect(said).toEqual(['final: '])
  await listening.close()
})

it.each([
  ['gpt-live-transcribe', 'multi', { languages: ['es', 'en'], keywords: ['Parley', 'Zoë'] }],
  ['gpt-realtime-whisper', 'en-GB', { language: 'en' }],
  ['gpt-4o-transcribe', 'en-GB', { language: 'en', prompt: 'Parley, Zoë' }],
  ['whisper-1', 'multi', { prompt: 'Parley, Zoë' }],
])('tells %s in %s what to expect', async (model, language, expected) => {
  const languages = ['es-MX', 'en-US', 'en-GB']
  const { listening } = listen({ model, language, languages, hints: ['Parley', 'Zoë'] })
  expect(inputOf(await configured())['transcription']).toEqual({ model, ...expected })
  await listening.close()
})

it('does not listen with a model that the account speaks with', async () => {
  const { listening } = listen({}, { model: 'gpt-4o-mini-tts' })
  expect(inputOf(await configured())['transcription']).toMatchObject({ model: 'gpt-live-transcribe' })
  await listening.close()
})

it('configures mulaw, language and hints, and loses no audio of before the connection', async () => {
  const release = server.hold()
  const { listening } = listen({ hints: ['Parley', 'Zoë'], language: 'en-GB' })
  writeFrames(listening, 0, 50)
  release()
  const session = await configured()
  writeFrames(listening, 50, 60)
  await until(() => appended(session).length >= 60 * 160)
  expect(appended(session)).toEqual(muLawOf(0, 60))
  const input = inputOf(session)
  expect(input).toMatchObject({ format: { type: 'audio/pcmu' }, transcription: { languages: ['en'] } })
  expect(JSON.stringify(input['transcription'])).toMatch(/Parley.*Zoë/)
  await listening.close()
})

it('sends 24 kHz PCM from a leg of 16 kHz', async () => {
  const { listening } = listen({ sampleRate: 16000 })
  const session = await configured()
  expect(inputOf(session)).toMatchObject({ format: { type: 'audio/pcm', rate: 24000 } })
  writeFrames(listening, 0, 50, 16000)
  await until(() => appended(session).length >= 45 * 960)
  await listening.close()
  expect(appended(session).length).toBeLessThanOrEqual(50 * 960)
})

it('closes the connection, and says nothing afterwards', async () => {
  const { listening, said } = listen()
  const session = await configured()
  writeFrames(listening, 0, 20)
  await listening.close()
  await until(() => session.closed)
  realtime.commit(session, 'late')
  await clock.run(5_000, 500)
  expect(said).toEqual([])
})

it.each([
  ['invalid_value', 'Invalid value: "x"', 'invalid_request_error', 'request'],
  ['server_error', 'The server had an error', 'server_error', 'server'],
  [
    'session_expired',
    'Your session hit the maximum duration of 60 minutes.',
    'invalid_request_error',
    'expired',
  ],
])('tells the error %s, once', async (code, message, type, fault) => {
  const { listening, said } = listen()
  realtime.fail(await configured(), code, message, type)
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: `))])
  expect(said[0]).toContain(message)
  await listening.close()
})

it('goes on after a turn in which there was no speech', async () => {
  const { listening, said } = listen({ language: 'multi', languages: ['es-MX', 'en-US'] })
  const languages: string[] = []
  listening.on('final', ({ language }) => languages.push(language))
  const session = await configured()
  session.send({
    type: 'conversation.item.input_audio_transcription.failed',
    item_id: 'item_1',
    content_index: 0,
    error: { type: 'transcription_error', code: 'audio_unintelligible', message: 'could not be transcribed' },
  })
  realtime.commit(session, 'Buenos días.')
  await until(() => said.some((one) => one.startsWith('final')))
  expect(said.filter((one) => one !== 'endOfTurn')).toEqual(['partial: Buenos días.', 'final: Buenos días.'])
  expect(languages).toEqual(['es-MX'])
  await listening.close()
})

it('tells a wrong key, and does not repeat it', async () => {
  const { said } = listen({}, { apiKey: 'not-the-key' })
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: credentials: .*Incorrect API key/)])
  expect(said[0]).not.toContain('not-the-key')
})

it('tells an exhausted quota', async () => {
  const { said } = listen()
  const session = await configured()
  realtime.fail(session, 'insufficient_quota', 'You exceeded your current quota', 'insufficient_quota')
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: quota: .*You exceeded your current quota/)])
})

it('tells a connection that broke, and connects for the next listening', async () => {
  const { engine, said } = listen()
  ;(await configured()).drop()
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: dropped: /)])
  const next = engine.open(listenOptions())
  const nextSaid = record(next)
  realtime.commit(await configured(1), 'Again')
  await until(() => nextSaid.includes('endOfTurn'))
  expect(nextSaid[0]).toBe('partial: Again')
  await next.close()
})
