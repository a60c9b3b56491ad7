import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ListenOptions } from '../../../src/speech/index.js'
import { GoogleListen, type GoogleStream2 } from './google-listen-server.js'
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

function listen(changes: Partial<ListenOptions> = {}, settings = {}) {
  const account = { apiKey: 'AIza-secret-key', url: google.vendor.url, project: 'shop', ...settings }
  const engine = sttOf('google', account, clock)
  const listening = engine.open(listenOptions({ model: 'chirp_3', ...changes }))
  return { engine, listening, said: record(listening) }
}

/** The stream of that number, once its configuration has come. */
async function streaming(number = 0): Promise<GoogleStream2> {
  await until(() => google.streams2[number]?.config)
  return google.streams2[number]!
}

const finals = (said: string[]) => said.filter((one) => one.startsWith('final'))

it.each([
  ['chirp_3', {}, 'projects/shop/locations/us/recognizers/_'],
  ['chirp_2', {}, 'projects/shop/locations/us-central1/recognizers/_'],
  ['chirp_2', { region: 'europe-west4' }, 'projects/shop/locations/europe-west4/recognizers/_'],
  ['googlev2_telephony', {}, 'projects/shop/locations/global/recognizers/_'],
  ['long', {}, 'projects/shop/locations/global/recognizers/_'],
])('asks for %s with %j of %s', async (model, settings, recognizer) => {
  const { listening } = listen({ model }, settings)
  writeFrames(listening, 0, 2)
  const stream = await streaming()
  expect(stream.recognizer).toBe(recognizer)
  expect(stream.config!.model).toBe(model.replace('googlev2_', ''))
  await listening.close()
})

it('asks for MULAW on a leg of 8 kHz and LINEAR16 on one of 16 kHz', async () => {
  const settings = { keywords_boosting: { Parley: 5 } }
  const narrow = listen({ hints: ['Zoë Søn'], settings })
  writeFrames(narrow.listening, 0, 10)
  const first = await streaming()
  expect(first.interims).toBe(true)
  expect(first.config).toMatchObject({
    explicit_decoding_config: { encoding: 'MULAW', sample_rate_hertz: 8000, audio_channel_count: 1 },
    language_codes: ['en-US'],
  })
  const phrases = first.config!.adaptation!.phrase_sets.flatMap((set) => set.inline_phrase_set!.phrases)
  expect(phrases).toEqual([
    { value: 'Zoë Søn', boost: 0 },
    { value: 'Parley', boost: 5 },
  ])
  await until(() => first.audio.length >= 10 * 160)
  expect(first.audio).toEqual(muLawOf(0, 10))
  const wide = listen({ sampleRate: 16_000, language: 'de-DE' })
  writeFrames(wide.listening, 0, 10, 16_000)
  const second = await streaming(1)
  expect(second.config).toMatchObject({
    explicit_decoding_config: { encoding: 'LINEAR16', sample_rate_hertz: 16_000 },
    language_codes: ['de-DE'],
  })
  await until(() => second.audio.length >= 10 * 640)
  expect(second.audio).toEqual(pcmOf(0, 10, 16_000))
  await Promise.all([narrow.listening.close(), wide.listening.close()])
})

it('says partials, and one final of all that was settled until it was asked for; and hears the next turn', async () => {
  const { listening, said } = listen()
  writeFrames(listening, 0, 5)
  const stream = await streaming()
  stream.event('SPEECH_ACTIVITY_BEGIN')
  stream.interim('to be', ' or not')
  stream.settle('To be or not to be,')
  stream.interim(' that is the question')
  await until(() => said.length >= 3)
  listening.finalize()
  await clock.run(10_000, 500)
  await until(() => finals(said).length > 0)
  expect(said).toEqual([
    'partial: to be or not',
    'partial: To be or not to be,',
    'partial: To be or not to be, that is the question',
    'final: To be or not to be, that is the question',
  ])
  writeFrames(listening, 5, 10)
  ;(await streaming(1)).interim('next')
  await until(() => said.at(-1) === 'partial: next')
  await listening.close()
})

it('finds out the language where that is asked for', async () => {
  const { listening } = listen({ language: 'multi' })
  const heard: string[] = []
  listening.on('partial', ({ language }) => heard.push(language))
  writeFrames(listening, 0, 5)
  const stream = await streaming()
  expect(stream.config!.language_codes).toEqual(['auto'])
  stream.language = 'de-de'
  stream.interim('guten tag')
  await until(() => heard.length > 0)
  expect(heard).toEqual(['de-DE'])
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

it.each([
  [status.ABORTED, 'Max duration of 5 minutes reached for stream.'],
  [status.ABORTED, 'Stream timed out after receiving no more client requests.'],
  [status.OUT_OF_RANGE, 'Audio Timeout Error: Long duration elapsed without audio.'],
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
    // All that the first had not settled, once.
    expect(second.audio).toEqual(muLawOf(20, 60))
    second.settle('two, three.')
    await until(() => said.at(-1)?.endsWith('three.'))
    listening.finalize()
    await clock.run(10_000, 500)
    await until(() => finals(said).length > 0)
    expect(finals(said)).toEqual(['final: One, two, three.'])
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
  ['PERMISSION_DENIED', "Permission 'speech.recognizers.recognize' denied.", 'credentials'],
  ['RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric Streaming requests.', 'quota'],
  ['INVALID_ARGUMENT', 'The model "chirp_3" does not exist in the location named "us".', 'request'],
  ['INTERNAL', 'Internal error encountered.', 'server'],
] as const)('tells why a stream was refused: %s', async (code, details, fault) => {
  google.vendor.refusal = { code: status[code], details }
  const { listening, said } = listen()
  writeFrames(listening, 0, 2)
  await clock.run(2_000, 100)
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: `))])
  expect(said[0]).toContain(details)
})

it('tells a model that this account does not reach', async () => {
  const { listening, said } = listen({ model: 'chirp' })
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: request: .*"chirp" is no model that streams/)])
  await listening.close()
})

it('tells a connection that broke, once, and connects for the next listening', async () => {
  const { engine, listening, said } = listen()
  writeFrames(listening, 0, 2)
  ;(await streaming()).interim('half a sen')
  await until(() => said.length === 1)
  google.vendor.drop()
  await until(() => said.length === 2)
  expect(said[1]).toMatch(/^error: (dropped|server|connect): /)
  writeFrames(listening, 2, 4)
  listening.finalize()
  await listening.close()
  expect(said).toHaveLength(2)
  const next = engine.open(listenOptions({ model: 'chirp_3' }))
  const nextSaid = record(next)
  writeFrames(next, 0, 2)
  ;(await streaming(1)).interim('again')
  await until(() => nextSaid.length > 0)
  expect(nextSaid).toEqual(['partial: again'])
  await next.close()
})
