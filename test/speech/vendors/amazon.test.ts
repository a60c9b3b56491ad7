import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ListenOptions, VendorSettings } from '../../../src/speech/index.js'
import { Transcribe, type TranscribeStream } from './amazon-server.js'
import { awsSettings } from './support/aws-account.js'
import { listenOptions, record, SimulatedClock, sttOf, until, writeFrames } from './support/clients.js'
import { pcmOf } from './support/sound.js'

let transcribe: Transcribe
let clock: SimulatedClock
const closing: (() => Promise<void>)[] = []

beforeEach(async () => {
  transcribe = await Transcribe.start()
  clock = new SimulatedClock(1_700_000_000_000)
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await until(() => transcribe.connections === 0)
  await transcribe.close()
  expect(transcribe.violations).toEqual([])
})

function listen(changes: Partial<ListenOptions> = {}, settings: VendorSettings = {}) {
  const engine = sttOf('amazon', { ...awsSettings, url: transcribe.url, ...settings }, clock)
  const listening = engine.open(listenOptions(changes))
  closing.push(async () => {
    await listening.close()
    await engine.close()
  })
  return { engine, listening, said: record(listening) }
}

async function connected(number = 0): Promise<TranscribeStream> {
  await until(() => transcribe.streams[number])
  return transcribe.streams[number]!
}

const partial = { resultId: 'r-1', partial: true }
const whole = { resultId: 'r-1', partial: false }

it('says partials as they come, and ends the turn with the whole segment', async () => {
  const { listening, said } = listen()
  const stream = await connected()
  writeFrames(listening, 0, 5)
  stream.say('hello', partial)
  stream.say('hello there', partial)
  stream.say('', partial)
  stream.say('Hello there, friend.', whole)
  await until(() => said.includes('endOfTurn'))
  expect(said).toEqual(['partial: hello', 'partial: hello there', 'final: Hello there, friend.', 'endOfTurn'])
})

it('starts anew with the next segment, and skips what it does not know', async () => {
  const { said } = listen()
  const stream = await connected()
  stream.say('Yes.', whole)
  stream.event('SomethingNew', { Of: 'next year' })
  stream.say('and', { resultId: 'r-2', partial: true })
  stream.say('And no.', { resultId: 'r-2', partial: false })
  await until(() => said.filter((one) => one === 'endOfTurn').length === 2)
  expect(said).toEqual(['final: Yes.', 'endOfTurn', 'partial: and', 'final: And no.', 'endOfTurn'])
})

it('settles what was said on finalize, though Transcribe cannot be asked to', async () => {
  const { listening, said } = listen()
  const stream = await connected()
  writeFrames(listening, 0, 5)
  stream.say('one moment', partial)
  await until(() => said.length === 1)
  listening.finalize()
  await clock.run(2_000, 100)
  expect(said).toEqual(['partial: one moment', 'final: one moment'])
  stream.say('next', { resultId: 'r-2', partial: true })
  await until(() => said.length === 3)
  expect(said.at(-1)).toBe('partial: next')
})

it.each([8000, 16000])(
  'sends all frames of a leg of %i Hz as PCM, those of before the connection too',
  async (sampleRate) => {
    const release = transcribe.hold()
    const { listening } = listen({ sampleRate })
    writeFrames(listening, 0, 50, sampleRate)
    release()
    const stream = await connected()
    writeFrames(listening, 50, 60, sampleRate)
    const expected = pcmOf(0, 60, sampleRate)
    await until(() => stream.audio.length >= expected.length)
    expect(stream.audio).toEqual(expected)
    expect([stream.asked('media-encoding'), stream.asked('sample-rate')]).toEqual(['pcm', String(sampleRate)])
    expect(stream.asked('language-code')).toBe('en-US')
  },
)

it('finds out the language among those of the session, or among usual ones', async () => {
  const { listening } = listen({ language: 'multi', languages: ['multi', 'nb-NO', 'vi-VN', 'en-GB'] })
  const stream = await connected()
  const found = new Promise((resolve) => listening.on('final', ({ language }) => resolve(language)))
  writeFrames(listening, 0, 5)
  stream.say('God dag.', { ...whole, languageCode: 'no-NO' })
  expect(await found).toBe('no-NO')
  expect(stream.asked('language-code')).toBeUndefined()
  expect(stream.asked('identify-multiple-languages')).toBe('true')
  expect(stream.asked('language-options')).toBe('no-NO,en-GB')
  listen({ language: 'auto' })
  expect((await connected(1)).asked('language-options')).toBe('en-US,es-ES,fr-FR,de-DE,pt-BR')
})

it.each([
  ['BadRequestException', 'timed out because no new audio was received for 15 seconds.', 'expired'],
  ['LimitExceededException', 'You have reached the maximum number of concurrent streams.', 'quota'],
])('tells a %s where nothing was understood', async (type, why, fault) => {
  const { listening, said } = listen()
  const stream = await connected()
  writeFrames(listening, 0, 5)
  stream.fail(type, why)
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringContaining(`error: ${fault}: `)])
})

it('ends the stream on close, and says nothing afterwards', async () => {
  const { listening, said } = listen()
  const stream = await connected()
  writeFrames(listening, 0, 5)
  stream.say('unfinished', partial)
  await until(() => said.length === 1)
  const closed = listening.close()
  stream.say('Unfinished.', whole)
  await closed
  await until(() => stream.ended || stream.closed)
  expect(said).toEqual(['partial: unfinished'])
})

it('can be closed while it connects', async () => {
  const release = transcribe.hold()
  const { listening, said } = listen()
  await until(() => transcribe.requests > 0)
  await listening.close()
  release()
  await until(() => transcribe.connections === 0)
  expect(said).toEqual([])
})

it.each([
  ['id', { apiKey: 'AKIDWRONG00000000000' }, 'security token'],
  ['secret', { apiSecret: 'not-the-secret' }, 'signature'],
])('tells a wrong %s, and does not repeat it', async (_, settings, why) => {
  const { said } = listen({}, settings)
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: credentials: .*${why}`))])
  expect(said[0]).not.toContain(Object.values(settings)[0])
})

it.each([
  [400, 'BadRequestException', 'The language code that you requested is not available.', 'request'],
  [429, 'LimitExceededException', 'You have reached your limit of concurrent streams.', 'quota'],
  [500, 'InternalFailureException', 'A problem occurred while processing the audio.', 'server'],
  [503, 'ServiceUnavailableException', 'The service is currently unavailable.', 'server'],
])('tells a refusal with %i, at once', async (status, type, message, fault) => {
  transcribe.refusal = { status, type, message }
  const { said } = listen()
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringContaining(`error: ${fault}: `)])
  expect(said[0]).toContain(message)
  expect(transcribe.requests).toBe(1)
})

it.each([
  ['BadRequestException', 'Your stream is too big.', 'request'],
  ['LimitExceededException', 'Your stream exceeded the maximum duration.', 'expired'],
  ['InternalFailureException', 'A problem occurred while processing the audio.', 'server'],
  ['ConflictException', 'A new stream started with the same session ID.', 'server'],
  ['ServiceUnavailableException', 'The service is currently unavailable.', 'server'],
])('tells a %s in the stream', async (type, message, fault) => {
  const { listening, said } = listen()
  const stream = await connected()
  writeFrames(listening, 0, 2)
  stream.say('half a sen', partial)
  await until(() => said.length === 1)
  stream.fail(type, message)
  await until(() => said.length > 1)
  expect(said.slice(1)).toEqual([expect.stringContaining(`error: ${fault}: `)])
  expect(said[1]).toContain(message)
})

it('tells a connection that broke, once, and connects anew for the next listening', async () => {
  const { engine, listening, said } = listen()
  const stream = await connected()
  writeFrames(listening, 0, 2)
  stream.say('half a sen', partial)
  await until(() => said.length === 1)
  stream.drop()
  await until(() => said.length === 2)
  expect(said[1]).toMatch(/^error: dropped: /)
  writeFrames(listening, 2, 4)
  listening.finalize()
  await listening.close()
  expect(said).toHaveLength(2)
  const next = engine.open(listenOptions())
  closing.unshift(() => next.close())
  const heard = record(next)
  ;(await connected(1)).say('Again.', whole)
  await until(() => heard.length === 2)
  expect(heard).toEqual(['final: Again.', 'endOfTurn'])
})

it('tells a stream that Amazon ended unasked', async () => {
  const { listening, said } = listen()
  const stream = await connected()
  writeFrames(listening, 0, 2)
  stream.end()
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: dropped: /)])
})

it('tells that nobody listens there', async () => {
  const { said } = listen({}, { url: 'http://127.0.0.1:9' })
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: connect: /)])
})
