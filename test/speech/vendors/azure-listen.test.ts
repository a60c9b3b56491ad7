import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Listening, ListenOptions, VendorSettings } from '../../../src/speech/index.js'
import { AzureListen } from './azure-listen-server.js'
import { azureKey, azureRefusal } from './support/azure-messages.js'
import { listenOptions, record, SimulatedClock, sttOf, until, writeFrames } from './support/clients.js'
import { muLawOf, pcmOf } from './support/sound.js'
import { VendorServer } from './support/vendor-server.js'
import type { VendorSession } from './support/vendor-session.js'

/** Frames that Azure's package sends as they come; later ones it slows down. */
const MOST_FRAMES = 240

let azure: AzureListen
let server: VendorServer
let clock: SimulatedClock
const closing: (() => Promise<void>)[] = []

beforeEach(async () => {
  azure = new AzureListen()
  server = await VendorServer.start(azure)
  clock = new SimulatedClock(1_700_000_000_000)
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await server.close()
  expect(server.violations).toEqual([])
})

function listen(changes: Partial<ListenOptions> = {}, settings: VendorSettings = {}) {
  const engine = sttOf('azure', { apiKey: azureKey, url: server.url, ...settings }, clock)
  const listening = engine.open(listenOptions(changes))
  closing.push(async () => {
    await listening.close()
    await engine.close()
  })
  return { engine, listening, said: record(listening) }
}

/** The connection of that number, once its client sends audio. */
async function connected(number = 0): Promise<VendorSession> {
  await until(() => server.sessions[number] && azure.heard(server.sessions[number]).requestId)
  return server.sessions[number]!
}

/** A listening that is heard. */
async function heard(changes: Partial<ListenOptions> = {}) {
  const client = listen(changes)
  writeFrames(client.listening, 0, 5, changes.sampleRate)
  return { ...client, session: await connected() }
}

/** Goes on speaking from a frame on until something holds: the package notices a broken connection when it sends. */
async function speakUntil(listening: Listening, from: number, holds: () => unknown): Promise<void> {
  let frame = from
  const next = () => {
    if (frame < MOST_FRAMES) writeFrames(listening, frame, frame + 5)
    frame += 5
    return Boolean(holds())
  }
  await expect.poll(next, { interval: 20, timeout: 5_000 }).toBe(true)
}

it('says partials as they come, and ends the turn with the phrase', async () => {
  const { session, said } = await heard()
  azure.say(session, 'speech.startDetected', { Offset: 1_000_000 })
  azure.hypothesis(session, 'hello')
  azure.hypothesis(session, 'hello there')
  azure.say(session, 'something.new', { Of: 'next year' })
  azure.phrase(session, 'Hello there, friend.')
  await until(() => said.includes('endOfTurn'))
  azure.hypothesis(session, 'next')
  await until(() => said.at(-1) === 'partial: next')
  expect(said).toEqual([
    'partial: hello',
    'partial: hello there',
    'final: Hello there, friend.',
    'endOfTurn',
    'partial: next',
  ])
})

it.each(['InitialSilenceTimeout', 'NoMatch', 'BabbleTimeout'])('goes on after %s', async (status) => {
  const { session, said } = await heard()
  azure.phrase(session, '', status)
  azure.phrase(session, 'Here I am.')
  await until(() => said.includes('endOfTurn') && said.includes('final: Here I am.'))
  expect(said.filter((one) => one.startsWith('error'))).toEqual([])
})

it('settles what was said on finalize', async () => {
  const { listening, session, said } = await heard()
  azure.hypothesis(session, 'one moment')
  await until(() => said.length === 1)
  listening.finalize()
  await clock.run(2_000, 100)
  expect(said).toEqual(['partial: one moment', 'final: one moment'])
})

it('loses no audio of before the connection', async () => {
  const release = server.hold()
  const { listening } = listen()
  writeFrames(listening, 0, 50)
  release()
  const session = await connected()
  writeFrames(listening, 50, 60)
  await until(() => azure.heard(session).audio.length >= 60 * 160)
  expect(azure.heard(session).audio).toEqual(muLawOf(0, 60))
})

it('sends µ-law of a leg of 8 kHz and PCM of one of 16 kHz, in the language asked for', async () => {
  const narrow = azure.heard((await heard({ language: 'de-DE' })).session)
  expect([narrow.sampleRate, narrow.bits, server.sessions[0]!.asked('language')]).toEqual([
    8000,
    8,
    ['de-DE'],
  ])
  const wide = listen({ sampleRate: 16000 })
  writeFrames(wide.listening, 0, 10, 16000)
  const second = azure.heard(await connected(1))
  await until(() => second.audio.length >= 10 * 640)
  expect([second.sampleRate, second.bits]).toEqual([16000, 16])
  expect(second.audio).toEqual(pcmOf(0, 10, 16000))
})

it('finds out the language among those of the session', async () => {
  const languages = ['multi', 'es-MX', 'en-GB', 'en-US', 'no-NO']
  const { listening, session } = await heard({ language: 'multi', languages })
  const found = new Promise((resolve) => listening.on('final', ({ language }) => resolve(language)))
  azure.phrase(session, 'Buenos días.', 'Success', 'es-MX')
  expect(await found).toBe('es-MX')
  expect(azure.heard(session).languages).toEqual(['es-MX', 'en-GB', 'nb-NO'])
  expect(session.asked('lidEnabled')).toEqual(['true'])
})

it('passes hints on as phrases of speech.context', async () => {
  const { session } = await heard({ hints: ['Parley', 'Zoë Søn'] })
  const contexts = session.texts.filter(({ path }) => path === 'speech.context')
  expect(contexts.map(({ body }) => body).join()).toContain('Parley')
  expect(contexts.map(({ body }) => body).join()).toContain('Zoë Søn')
})

it('closes the connection, and says nothing afterwards', async () => {
  const { listening, session, said } = await heard()
  azure.hypothesis(session, 'unfinished')
  await until(() => said.length === 1)
  const closed = listening.close()
  azure.phrase(session, 'Unfinished.')
  await closed
  await until(() => session.closed)
  expect(said).toEqual(['partial: unfinished'])
})

it('can be closed while it connects', async () => {
  const release = server.hold()
  const { listening, said } = listen()
  await listening.close()
  release()
  await until(() => server.sessions.every(({ closed }) => closed))
  expect(said).toEqual([])
})

it('tells a wrong key, and does not repeat it', async () => {
  const { said } = listen({}, { apiKey: 'not-the-key' })
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: credentials: /)])
  expect(said[0]).not.toContain('not-the-key')
})

it.each([
  [403, 'credentials'],
  [429, 'quota'],
  [500, 'server'],
])('tells a handshake that was refused with %i', async (status, fault) => {
  server.refuse(azureRefusal(status))
  const { said } = listen()
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: `))])
})

it.each([
  ['Forbidden', 'credentials'],
  ['BadRequest', 'request'],
  ['TooManyRequests', 'quota'],
  ['ServiceUnavailable', 'server'],
])('tells a phrase of status %s', async (status, fault) => {
  const { session, said } = await heard()
  azure.phrase(session, '', status)
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: `))])
})

it('goes on over another connection after one that broke, with the audio that was not settled', async () => {
  const { listening, session, said } = await heard()
  azure.hypothesis(session, 'half a sen')
  await until(() => said.length === 1)
  session.drop()
  const resumed = () => server.sessions[1] && azure.heard(server.sessions[1]).audio.length >= 15 * 160
  await speakUntil(listening, 5, resumed)
  const second = server.sessions[1]!
  expect(azure.heard(second).audio.subarray(0, 15 * 160)).toEqual(muLawOf(0, 15))
  azure.phrase(second, 'Half a sentence.')
  await until(() => said.includes('endOfTurn'))
  expect(said).toEqual(['partial: half a sen', 'final: Half a sentence.', 'endOfTurn'])
})

it('tells a connection that broke and does not come again, once, and connects anew later', async () => {
  const { engine, listening, session, said } = await heard()
  azure.hypothesis(session, 'half a sen')
  await until(() => said.length === 1)
  server.refuse(azureRefusal(500))
  session.drop()
  await speakUntil(listening, 5, () => said.length === 2)
  expect(said[1]).toMatch(/^error: server: /)
  writeFrames(listening, 0, 5)
  listening.finalize()
  await listening.close()
  expect(said).toHaveLength(2)
  server.refuse(undefined)
  const next = engine.open(listenOptions())
  closing.unshift(() => next.close())
  const again = record(next)
  writeFrames(next, 0, 5)
  azure.phrase(await connected(1), 'Again.')
  await until(() => again.length === 2)
  expect(again).toEqual(['final: Again.', 'endOfTurn'])
})
