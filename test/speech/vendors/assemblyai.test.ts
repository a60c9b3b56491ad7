import { expect, it } from 'vitest'
import { AssemblyAi, assemblyAiKey } from './assemblyai-server.js'
import { until, writeFrames } from './support/clients.js'
import { testEar } from './support/ear-contract.js'
import { clock, connected, listenBy, serveEach, server } from './support/serve-each.js'
import { muLawOf, pcmOf } from './support/sound.js'

let assembly: AssemblyAi

serveEach(() => {
  assembly = new AssemblyAi()
  return assembly
})

const listen = listenBy('assemblyai', assemblyAiKey)

testEar({
  listen,
  session: connected,
  hear: (session, words) => assembly.tell(session, words),
  wrongKey: 'Unauthorized Connection',
})

it('says the turn as it grows, and its end once', async () => {
  const { listening, said } = listen()
  const session = await connected()
  assembly.tell(session, 'hi my name')
  assembly.tell(session, 'hi my name is sonny')
  assembly.end(session, 'hi my name is sonny', 'Hi, my name is Sonny.')
  assembly.tell(session, 'and you')
  await until(() => said.at(-1) === 'partial: and you')
  expect(said.filter((one) => one.startsWith('final') || one === 'endOfTurn')).toEqual([
    session.asked('format_turns')[0] === 'true'
      ? 'final: Hi, my name is Sonny.'
      : 'final: hi my name is sonny',
    'endOfTurn',
  ])
  expect(said.slice(0, 2)).toEqual(['partial: hi my name', 'partial: hi my name is sonny'])
  await listening.close()
})

it('makes AssemblyAI end the turn on finalize', async () => {
  const { listening, said } = listen()
  const session = await connected()
  assembly.tell(session, 'wait a')
  await until(() => said.length === 1)
  listening.finalize()
  await until(() => said.some((one) => one.startsWith('final')))
  expect(session.typed('ForceEndpoint')).toHaveLength(1)
  expect(said.filter((one) => one.startsWith('final'))).toEqual(['final: wait a'])
  await listening.close()
})

it('finalises with empty text where AssemblyAI has nothing to end', async () => {
  const { listening, said } = listen()
  const session = await connected()
  writeFrames(listening, 0, 10)
  await until(() => session.audio.length > 0)
  listening.finalize()
  await clock.run(10_000, 500)
  await until(() => said.length > 0)
  expect(said).toEqual(['final: '])
  await listening.close()
})

it('loses no audio of before the connection, and sends no message shorter than 50 ms', async () => {
  const release = server.hold()
  const { listening } = listen()
  writeFrames(listening, 0, 47)
  release()
  const session = await connected()
  writeFrames(listening, 47, 60)
  await until(() => session.audio.length >= 57 * 160)
  expect(session.audio).toEqual(muLawOf(0, 60).subarray(0, session.audio.length))
  await listening.close()
})

it('asks for mulaw on a leg of 8 kHz and 16-bit samples on one of 16 kHz', async () => {
  const narrow = listen()
  const first = await connected()
  expect([first.asked('encoding'), first.asked('sample_rate')]).toEqual([['pcm_mulaw'], ['8000']])
  const wide = listen({ sampleRate: 16000 })
  const second = await connected(1)
  expect([second.asked('encoding'), second.asked('sample_rate')]).toEqual([['pcm_s16le'], ['16000']])
  writeFrames(wide.listening, 0, 30, 16000)
  await until(() => second.audio.length >= 27 * 640)
  expect(second.audio).toEqual(pcmOf(0, 30, 16000).subarray(0, second.audio.length))
  await Promise.all([narrow.listening.close(), wide.listening.close()])
})

it('passes hints on as key terms, those that AssemblyAI takes', async () => {
  const { listening } = listen({ hints: ['Parley', 'much too long '.repeat(5), 'Zoë Søn'] })
  const session = await connected()
  expect(JSON.parse(session.asked('keyterms_prompt')[0]!)).toEqual(['Parley', 'Zoë Søn'])
  await listening.close()
})

it.each([
  ['ja-JP', '', 'universal-3-6-pro', ['["ja"]']],
  ['pt-BR', '', 'universal-streaming-multilingual', []],
  ['no-NO', 'universal-3-5-pro', 'universal-3-5-pro', ['["no"]']],
])('asks for %s, model "%s", of %s, and hears the turn end once', async (language, model, taken, codes) => {
  const { listening, said } = listen({ language, model })
  const session = await connected()
  expect(session.asked('speech_model')).toEqual([taken])
  expect(session.asked('language_codes')).toEqual(codes)
  assembly.end(session, 'hai', 'Hai.')
  await until(() => said.includes('endOfTurn'))
  expect(said.filter((one) => !one.startsWith('partial'))).toEqual(['final: Hai.', 'endOfTurn'])
  await listening.close()
})

it('terminates the session on close', async () => {
  const { listening, said } = listen()
  const session = await connected()
  // What was heard tells that this end is open, too.
  assembly.tell(session, 'hi')
  await until(() => said.length === 1)
  await listening.close()
  await until(() => session.closed)
  expect(session.typed('Terminate')).toHaveLength(1)
})

it.each([
  [4002, 'Insufficient Funds', 'quota'],
  [4102, 'This account has exceeded the number of allowed streams', 'quota'],
  [3005, 'Session cancelled: An error occurred', 'server'],
  [3006, 'Invalid Message: unknown speech_model', 'request'],
  [3008, 'Session Expired: Maximum session duration exceeded', 'expired'],
  [3009, 'Unauthorized Connection: Too many concurrent sessions', 'quota'],
])('tells the error %i, once', async (code, why, fault) => {
  const { said } = listen()
  const session = await connected()
  assembly.fail(session, code, why)
  await until(() => session.closed && said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: .*${why}`))])
})
