import { expect, it } from 'vitest'
import { until, writeFrames } from './support/clients.js'
import { testNovaTurns } from './support/deepgram-turns.js'
import { testEar } from './support/ear-contract.js'
import { clock, connected, listenBy, serveEach, server } from './support/serve-each.js'
import { pcmOf } from './support/sound.js'
import { TelnyxListen, telnyxKey, telnyxRefusal } from './telnyx-listen-server.js'

let telnyx: TelnyxListen

serveEach(() => {
  telnyx = new TelnyxListen()
  return telnyx
})

const listen = listenBy('telnyx', telnyxKey, { model: 'deepgram/nova-3' })

testEar({
  listen,
  session: connected,
  hear: (session, words) => telnyx.interim(session, words),
  wrongKey: 'provided credentials',
})
testNovaTurns(listen, () => telnyx)

it('settles what Whisper heard, whose finals carry nothing but text', async () => {
  const { listening, said } = listen({ model: 'openai/whisper-large-v3-turbo' })
  const session = await connected()
  expect(session.asked('transcription_engine')).toEqual(['Telnyx'])
  expect(session.asked('model')).toEqual(['openai/whisper-large-v3-turbo'])
  telnyx.settle(session, {}, 'Good morning.')
  await until(() => said.length > 0)
  expect(said[0]).toBe('final: Good morning.')
  await listening.close()
  await until(() => session.closed)
})

it.each([
  ['deepgram/nova-3', ''],
  ['openai/whisper-large-v3-turbo', ''],
  ['openai/whisper-large-v3-turbo', 'wait a'],
])('finalises with what was said where %s flushes nothing: "%s"', async (model, words) => {
  const { listening, said } = listen({ model })
  const session = await connected()
  if (words) telnyx.interim(session, words)
  await until(() => words === '' || said.length > 0)
  listening.finalize()
  await clock.run(10_000, 500)
  await until(() => said.some((one) => one.startsWith('final')))
  expect(said.filter((one) => one.startsWith('final'))).toEqual([`final: ${words}`])
  await listening.close()
})

it('asks for mulaw on a leg of 8 kHz and linear16 on one of 16 kHz', async () => {
  const narrow = listen()
  const first = await connected()
  expect([first.asked('input_format'), first.asked('sample_rate')]).toEqual([['mulaw'], ['8000']])
  expect([first.asked('interim_results'), first.asked('transcription_engine')]).toEqual([
    ['true'],
    ['Deepgram'],
  ])
  const wide = listen({ sampleRate: 16000 })
  const second = await connected(1)
  expect([second.asked('input_format'), second.asked('sample_rate')]).toEqual([['linear16'], ['16000']])
  writeFrames(wide.listening, 0, 10, 16000)
  await until(() => second.audio.length >= 10 * 640)
  expect(second.audio).toEqual(pcmOf(0, 10, 16000))
  await Promise.all([narrow.listening.close(), wide.listening.close()])
})

it('keeps Deepgram’s stream open where nothing is said', async () => {
  const { listening } = listen()
  const session = await connected()
  await clock.run(10_000, 500)
  await until(() => session.typed('KeepAlive').length > 0)
  await listening.close()
})

it.each([
  [403, '10010', 'You do not have permission to perform the requested action.', 'credentials'],
  [429, '10011', 'You have exceeded the maximum number of allowed requests.', 'quota'],
  [503, '10016', 'The service is temporarily unavailable.', 'server'],
])('tells why a handshake was refused with %i', async (status, code, detail, fault) => {
  server.refuse(telnyxRefusal(status, code, 'Refused', detail))
  const { said } = listen()
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: .*${detail}`))])
})

it('tells what is wrong with a parameter, which is judged after the upgrade', async () => {
  const { said } = listen()
  const session = await connected()
  telnyx.fail(session, '40002', 'Unsupported format', 'Format mulaw is not supported by engine Deepgram')
  await until(() => session.closed && said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: request: .*Format mulaw is not supported/)])
})

it('tells an error of the engine behind it, once', async () => {
  const { said } = listen()
  const session = await connected()
  session.send({ type: 'error', error: 'Transcription engine failed' })
  session.end(1011)
  await until(() => session.closed && said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: .*Transcription engine failed/)])
})

it('passes hints on as key terms, or as keywords of the older model', async () => {
  const settings = { keywords_boosting: { Telnyx: 2 } }
  const hints = ['Parley', 'Zoë Søn']
  const { listening } = listen({ hints, settings })
  expect((await connected()).asked('keyterm')).toEqual(['Telnyx,Parley,Zoë Søn'])
  const older = listen({ hints, settings, model: 'deepgram/nova-2' })
  expect((await connected(1)).asked('keywords')).toEqual(['Telnyx:2', ...hints])
  await Promise.all([listening.close(), older.listening.close()])
})

it.each([
  ['deepgram/nova-3', 'es-ES', ['Deepgram', 'nova-3', 'es']],
  ['deepgram/nova-3', 'auto', ['Deepgram', 'nova-3', 'multi']],
  ['azure/fast', 'de', ['Azure', 'azure/fast', 'de-DE']],
  ['google/latest_long', 'fr', ['Google', 'latest_long', 'fr-FR']],
  ['xai/grok-stt', 'en-GB', ['xAI', 'xai/grok-stt', 'en']],
  ['assemblyai/universal-streaming', 'es-MX', ['AssemblyAI', 'assemblyai/universal-streaming', 'es']],
  ['speechmatics/standard', 'zh-HK', ['Speechmatics', 'speechmatics/standard', 'yue']],
  ['soniox/stt-rt-v4', 'pt-BR', ['Soniox', 'soniox/stt-rt-v4', 'pt']],
  ['nvidia/parakeet-v3', 'multi', ['Parakeet', 'nvidia/parakeet-v3', 'multi']],
])('names %s for %s as Telnyx does', async (model, language, expected) => {
  const { listening } = listen({ model, language })
  const session = await connected()
  const names = ['transcription_engine', 'model', 'language']
  expect(names.map((name) => session.asked(name)[0])).toEqual(expected)
  await listening.close()
})

it.each([
  [{ eotThreshold: 0.8, speechTimeout: 900 }, ['0.8', '900']],
  [{ eot_threshold: 1, eot_timeout_ms: 60_000 }, ['0.9', '10000']],
])('passes on what ends a turn of Flux, within what Telnyx takes: %j', async (settings, expected) => {
  const { listening, said } = listen({ model: 'deepgram/flux', settings })
  const session = await connected()
  expect([session.asked('eot_threshold')[0], session.asked('eot_timeout_ms')[0]]).toEqual(expected)
  telnyx.settle(session, {}, 'That is all.')
  await until(() => said.includes('endOfTurn'))
  expect(said).toEqual(['final: That is all.', 'endOfTurn'])
  await listening.close()
})
