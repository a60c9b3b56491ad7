import { expect, it } from 'vitest'
import { DeepgramListen, deepgramKey, deepgramRefusal } from './deepgram-server.js'
import { until, writeFrames } from './support/clients.js'
import { testNovaTurns } from './support/deepgram-turns.js'
import { testEar } from './support/ear-contract.js'
import { clock, connected, listenBy, serveEach, server } from './support/serve-each.js'
import { pcmOf } from './support/sound.js'

let deepgram: DeepgramListen

serveEach(() => {
  deepgram = new DeepgramListen()
  return deepgram
})

const listen = listenBy('deepgram', deepgramKey)

testEar({
  listen,
  session: connected,
  hear: (session, words) => deepgram.interim(session, words),
  wrongKey: 'Invalid credentials',
})
testNovaTurns(listen, () => deepgram)

it('finalises with empty text where Deepgram has nothing to flush and says nothing', async () => {
  const { listening, said } = listen()
  const session = await connected()
  writeFrames(listening, 0, 2)
  listening.finalize()
  await until(() => session.typed('Finalize').length === 1)
  await clock.run(10_000, 500)
  await until(() => said.length > 0)
  expect(said).toEqual(['final: '])
  await listening.close()
})

it('asks for mulaw on a leg of 8 kHz and linear16 on one of 16 kHz', async () => {
  const narrow = listen()
  const first = await connected()
  expect([first.asked('encoding'), first.asked('sample_rate')]).toEqual([['mulaw'], ['8000']])
  expect(first.asked('interim_results')).toEqual(['true'])
  expect(first.asked('language')).toEqual(['en-US'])
  const wide = listen({ sampleRate: 16000 })
  const second = await connected(1)
  expect([second.asked('encoding'), second.asked('sample_rate')]).toEqual([['linear16'], ['16000']])
  writeFrames(wide.listening, 0, 10, 16000)
  await until(() => second.audio.length >= 10 * 640)
  expect(second.audio).toEqual(pcmOf(0, 10, 16000))
  await Promise.all([narrow.listening.close(), wide.listening.close()])
})

it('passes hints on as key terms to nova-3 and as keywords to nova-2', async () => {
  const hints = ['Parley', 'Zoë Søn']
  const nova3 = listen({ hints, model: 'nova-3' })
  expect((await connected()).asked('keyterm')).toEqual(hints)
  const nova2 = listen({ hints, model: 'nova-2-phonecall' })
  const second = await connected(1)
  expect(second.asked('model')).toEqual(['nova-2-phonecall'])
  expect(second.asked('keywords').map((word) => word.replace(/:[\d.]+$/, ''))).toEqual([
    'Parley',
    'Zoë',
    'Søn',
  ])
  await Promise.all([nova3.listening.close(), nova2.listening.close()])
})

it.each([
  ['es-ES', 'es'],
  ['es-MX', 'es-419'],
  ['de-AT', 'de'],
  ['nb-NO', 'no'],
  ['fil-PH', 'tl'],
  ['zh-hk', 'zh-HK'],
  ['ar-EG', 'ar-EG'],
  ['he-IL', 'he'],
])('asks for %s by Deepgram’s name for it, %s', async (language, expected) => {
  const { listening } = listen({ language })
  expect((await connected()).asked('language')).toEqual([expected])
  await listening.close()
})

it('passes on no more key terms than Deepgram takes', async () => {
  const hints = Array.from({ length: 300 }, (_, i) => `call sign OK-XA${i}`)
  const { listening } = listen({ hints, settings: { keywords_boosting: { Parley: 2 } } })
  const terms = (await connected()).asked('keyterm')
  expect(terms.slice(0, 2)).toEqual(['Parley', 'call sign OK-XA0'])
  expect(terms.length).toBeGreaterThan(30)
  await listening.close()
})

it('passes the platforms’ settings on', async () => {
  const { listening } = listen({ settings: { deepgramSmartFormat: false, profanityFilter: true } })
  const session = await connected()
  expect(session.asked('smart_format')).toEqual(['false'])
  expect(session.asked('profanity_filter')).toEqual(['true'])
  await listening.close()
})

it('keeps a silent connection alive', async () => {
  const { listening } = listen()
  const session = await connected()
  await clock.run(10_000, 500)
  await until(() => session.typed('KeepAlive').length > 0)
  await listening.close()
})

it.each([
  [429, 'TOO_MANY_REQUESTS', 'Too many requests. Please try again later', 'quota'],
  [402, 'ASR_PAYMENT_REQUIRED', 'Project does not have enough credits', 'quota'],
  [400, 'INVALID_QUERY_PARAMETER', 'Failed to deserialize query parameters', 'request'],
  [503, 'SERVICE_UNAVAILABLE', 'Please try again later', 'server'],
])('tells why a handshake was refused with %i', async (status, code, why, fault) => {
  server.refuse(deepgramRefusal(status, code, why))
  const { said } = listen()
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: .*${why}`))])
})

it('tells the reason in Deepgram’s Close frame', async () => {
  const { said } = listen()
  const session = await connected()
  session.end(1011, 'NET-0001')
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: .*NET-0001/)])
})
