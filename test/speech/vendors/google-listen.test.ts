import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ListenOptions } from '../../../src/speech/index.js'
import { GoogleListen, type GoogleStream } from './google-listen-server.js'
import { listenOptions, record, SimulatedClock, sttOf, until, writeFrames } from './support/clients.js'
import { muLawOf, pcmOf } from './support/sound.js'

let google: GoogleListen
let clock: SimulatedClock

beforeEach(async () => {
  google = await GoogleListen.start()
  clock = new SimulatedClock(1_700_000_000_000)
})

afterEach(async () => {
  await google.vendor.close()
  expect(google.vendor.violations).toEqual([])
})

function listen(changes: Partial<ListenOptions> = {}) {
  const engine = sttOf('google', { apiKey: 'AIza-secret-key', url: google.vendor.url }, clock)
  const listening = engine.open(listenOptions(changes))
  return { engine, listening, said: record(listening) }
}

/** The stream of that number, once its configuration has come. */
async function streaming(number = 0): Promise<GoogleStream> {
  await until(() => google.streams[number]?.config)
  return google.streams[number]!
}

const finals = (said: string[]) => said.filter((one) => one.startsWith('final'))

it('says partials of all stretches, and one final of all that was settled until it was asked for', async () => {
  const { listening, said } = listen()
  writeFrames(listening, 0, 5)
  const stream = await streaming()
  stream.interim('to be')
  stream.interim('to be or not to be', ' that is')
  stream.settle('To be or not to be,')
  stream.interim(' that is the question')
  await until(() => said.length >= 4)
  listening.finalize()
  await clock.run(10_000, 500)
  await until(() => finals(said).length > 0)
  expect(said).toEqual([
    'partial: to be',
    'partial: to be or not to be that is',
    'partial: To be or not to be,',
    'partial: To be or not to be, that is the question',
    'final: To be or not to be, that is the question',
  ])
  await listening.close()
})

it('hears the turn that follows', async () => {
  const { listening, said } = listen()
  writeFrames(listening, 0, 5)
  ;(await streaming()).interim('one moment')
  await until(() => said.length === 1)
  listening.finalize()
  await clock.run(10_000, 500)
  await until(() => finals(said).length === 1)
  writeFrames(listening, 5, 10)
  ;(await streaming(1)).interim('next')
  await until(() => said.at(-1) === 'partial: next')
  expect(finals(said)).toEqual(['final: one moment'])
  await listening.close()
})

it('finalises with empty text where nothing was understood', async () => {
  const { listening, said } = listen()
  writeFrames(listening, 0, 2)
  await streaming()
  listening.finalize()
  await clock.run(10_000, 500)
  await until(() => said.length > 0)
  expect(said).toEqual(['final: '])
  await listening.close()
})

it('says nothing of speech events, nor of results without words', async () => {
  const { listening, said } = listen()
  writeFrames(listening, 0, 2)
  const stream = await streaming()
  stream.event('SPEECH_ACTIVITY_BEGIN')
  stream.interim('')
  stream.event('SPEECH_ACTIVITY_END')
  stream.interim('now')
  await until(() => said.length > 0)
  expect(said).toEqual(['partial: now'])
  await listening.close()
})

it('loses no audio of before a slow connection', async () => {
  const release = google.vendor.hold()
  const { listening } = listen()
  writeFrames(listening, 0, 50)
  release()
  const stream = await streaming()
  writeFrames(listening, 50, 60)
  await until(() => stream.audio.length >= 60 * 160)
  expect(stream.audio).toEqual(muLawOf(0, 60))
  await listening.close()
})

it('asks for MULAW on a leg of 8 kHz and LINEAR16 on one of 16 kHz', async () => {
  const narrow = listen({ hints: ['Parley', 'Zoë Søn'] })
  writeFrames(narrow.listening, 0, 2)
  const first = await streaming()
  expect(first.interims).toBe(true)
  expect(first.config).toMatchObject({ encoding: 'MULAW', sample_rate_hertz: 8000, language_code: 'en-US' })
  expect(first.config!.speech_contexts.flatMap(({ phrases }) => phrases)).toEqual(['Parley', 'Zoë Søn'])
  const wide = listen({ sampleRate: 16000, language: 'de-DE', model: 'latest_long' })
  writeFrames(wide.listening, 0, 10, 16000)
  const second = await streaming(1)
  expect(second.config).toMatchObject({ encoding: 'LINEAR16', sample_rate_hertz: 16000 })
  expect(second.config).toMatchObject({ language_code: 'de-DE', model: 'latest_long' })
  await until(() => second.audio.length >= 10 * 640)
  expect(second.audio).toEqual(pcmOf(0, 10, 16000))
  await Promise.all([narrow.listening.close(), wide.listening.close()])
})

it.each([
  [status.OUT_OF_RANGE, 'Exceeded maximum allowed stream duration of 305 seconds.'],
  [status.ABORTED, 'Max duration of 5 minutes reached for stream.'],
])(
  'goes on in a new stream, without a word lost, where the last ended with %i: %s',
  async (code, details) => {
    const { listening, said } = listen()
    writeFrames(listening, 0, 50)
    const first = await streaming()
    await until(() => first.audio.length >= 50 * 160)
    first.settle('One,', 20 * 20)
    first.interim(' two')
    await until(() => said.at(-1) === 'partial: One, two')
    first.fail({ code, details })
    writeFrames(listening, 50, 55)
    await clock.run(2_000, 100)
    writeFrames(listening, 55, 60)
    const second = await streaming(1)
    await until(() => second.audio.includes(muLawOf(55, 60)))
    const again = second.audio.includes(muLawOf(20, 60))
    second.settle(again ? 'two, three.' : 'three.')
    await until(() => said.at(-1)?.endsWith('three.'))
    listening.finalize()
    await clock.run(10_000, 500)
    await until(() => finals(said).length > 0)
    expect(second.audio.includes(muLawOf(50, 60))).toBe(true)
    expect(finals(said)[0]).toMatch(/^final: One, two,? three\.$/)
    expect(said.filter((one) => one.startsWith('error'))).toEqual([])
    await listening.close()
  },
)

it('ends the stream on close, and says nothing afterwards', async () => {
  const { listening, said } = listen()
  writeFrames(listening, 0, 2)
  const stream = await streaming()
  stream.interim('unfinished')
  await until(() => said.length === 1)
  await listening.close()
  await until(() => stream.ended)
  expect(said).toEqual(['partial: unfinished'])
})

it.each([
  ['UNAUTHENTICATED', 'Request had invalid authentication credentials.', 'credentials'],
  ['PERMISSION_DENIED', 'Cloud Speech-to-Text API has not been used in project 1.', 'credentials'],
  ['RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric Streaming requests.', 'quota'],
  ['INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', 'credentials'],
  ['INVALID_ARGUMENT', 'Invalid recognition config: bad encoding.', 'request'],
  ['INTERNAL', 'Internal error encountered.', 'server'],
] as const)('tells why a stream was refused: %s', async (code, details, fault) => {
  google.vendor.refusal = { code: status[code], details }
  const { listening, said } = listen()
  writeFrames(listening, 0, 2)
  await clock.run(2_000, 100)
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: .*${details}`))])
})

it('tells that Google is not available', async () => {
  google.vendor.refusal = { code: status.UNAVAILABLE, details: 'The service is currently unavailable.' }
  const { listening, said } = listen()
  writeFrames(listening, 0, 2)
  await clock.run(30_000, 500)
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: (server|connect|dropped): .*currently unavailable/)])
})

it('tells an error that comes in a response', async () => {
  const { listening, said } = listen()
  writeFrames(listening, 0, 2)
  ;(await streaming()).tell({ code: status.INVALID_ARGUMENT, message: 'Invalid audio channel count' })
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: request: .*Invalid audio channel count/)])
})

it('tells a connection that broke, once, and connects for the next listening', async () => {
  const { engine, listening, said } = listen()
  writeFrames(listening, 0, 2)
  const stream = await streaming()
  stream.interim('half a sen')
  await until(() => said.length === 1)
  google.vendor.drop()
  await until(() => said.length === 2)
  expect(said[1]).toMatch(/^error: (dropped|server|connect): /)
  writeFrames(listening, 2, 4)
  listening.finalize()
  await listening.close()
  expect(said).toHaveLength(2)
  const next = engine.open(listenOptions())
  const nextSaid = record(next)
  writeFrames(next, 0, 2)
  ;(await streaming(1)).interim('again')
  await until(() => nextSaid.length > 0)
  expect(nextSaid).toEqual(['partial: again'])
  await next.close()
})
