import { expect, it } from 'vitest'
import { SonioxTranscribe, sonioxKey } from './soniox-server.js'
import { until, writeFrames } from './support/clients.js'
import { testEar } from './support/ear-contract.js'
import { clock, listenBy, serveEach, server } from './support/serve-each.js'
import { pcmOf } from './support/sound.js'
import type { VendorSession } from './support/vendor-session.js'

let soniox: SonioxTranscribe

serveEach(() => {
  soniox = new SonioxTranscribe()
  return soniox
})

const listen = listenBy('soniox', sonioxKey)

/** A connection whose configuration has come. */
async function configured(number = 0): Promise<VendorSession> {
  await until(() => server.sessions[number]?.messages.length)
  return server.sessions[number]!
}

testEar({
  listen,
  session: configured,
  hear: (session, words) => soniox.guess(session, words),
  wrongKey: 'Invalid API key',
})

it('says tokens that change, then settled ones, and the end of the turn', async () => {
  const { listening, said } = listen()
  const session = await configured()
  soniox.guess(session, 'Wha')
  soniox.guess(session, 'What', '’s up')
  soniox.settle(session, '<end>', ['What', '’s', ' up', '?'])
  soniox.guess(session, 'Well')
  await until(() => said.at(-1) === 'partial: Well')
  expect(said.filter((one) => !one.startsWith('partial'))).toEqual(['final: What’s up?', 'endOfTurn'])
  expect(said.slice(0, 2)).toEqual(['partial: Wha', 'partial: What’s up'])
  await listening.close()
})

it('joins settled tokens and those that follow within a turn', async () => {
  const { listening, said } = listen()
  const session = await configured()
  soniox.settle(session, undefined, ['How', ' are'])
  soniox.guess(session, ' you')
  await until(() => said.at(-1)?.includes('you'))
  soniox.settle(session, '<end>', [' you', '?'])
  await until(() => said.includes('endOfTurn'))
  const finals = said.filter((one) => one.startsWith('final: ')).map((one) => one.slice('final: '.length))
  expect(finals.join(' ')).toBe('How are you?')
  await listening.close()
})

it.each([{ texts: ['wait', ' a'] }, { texts: [] }])('finalises what was said: $texts', async ({ texts }) => {
  const { listening, said } = listen()
  const session = await configured()
  if (texts.length > 0) soniox.guess(session, ...texts)
  await until(() => texts.length === 0 || said.length > 0)
  listening.finalize()
  await until(() => said.some((one) => one.startsWith('final')))
  expect(session.typed('finalize')).toHaveLength(1)
  expect(said.filter((one) => one.startsWith('final'))).toEqual([`final: ${texts.join('')}`])
  await listening.close()
})

it('sends its configuration first', async () => {
  const { listening } = listen({ hints: ['Parley', 'Zoë Søn'] })
  const session = await configured()
  expect(session.messages[0]).toMatchObject({
    audio_format: 'mulaw',
    sample_rate: 8000,
    num_channels: 1,
    language_hints: ['en'],
    enable_endpoint_detection: true,
    context: { terms: ['Parley', 'Zoë Søn'] },
  })
  await listening.close()
})

it('sends 16-bit samples from a leg of 16 kHz', async () => {
  const { listening } = listen({ sampleRate: 16000 })
  const session = await configured()
  expect(session.messages[0]).toMatchObject({ audio_format: 'pcm_s16le', sample_rate: 16000 })
  writeFrames(listening, 0, 12, 16000)
  await until(() => session.audio.length >= 12 * 640)
  expect(session.audio).toEqual(pcmOf(0, 12, 16000))
  await listening.close()
})

it('keeps a silent connection alive', async () => {
  const { listening } = listen()
  const session = await configured()
  await clock.run(20_000, 500)
  await until(() => session.typed('keepalive').length > 0)
  await listening.close()
})

it.each([
  [402, 'Organization balance exhausted.', 'quota'],
  [429, 'Rate limit for requests has been exceeded.', 'quota'],
  [400, 'Invalid model specified.', 'request'],
  [503, 'Service unavailable.', 'server'],
  [503, 'Cannot continue request (code 3). Please restart the request.', 'expired'],
  [400, 'Audio is too long.', 'expired'],
])('tells the error %i, once', async (code, why, fault) => {
  const { said } = listen()
  const session = await configured()
  soniox.fail(session, code, why)
  await until(() => session.closed && said.length > 0)
  expect(said).toEqual([expect.stringContaining(why)])
  expect(said[0]).toMatch(new RegExp(`^error: ${fault}: `))
})
