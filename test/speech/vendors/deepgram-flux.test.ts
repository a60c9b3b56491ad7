import { expect, it } from 'vitest'
import { DeepgramFlux } from './deepgram-flux-server.js'
import { deepgramKey, deepgramRefusal } from './deepgram-server.js'
import { until, writeFrames } from './support/clients.js'
import { testEar } from './support/ear-contract.js'
import { clock, connected, listenBy, serveEach, server } from './support/serve-each.js'
import { pcmOf } from './support/sound.js'

let flux: DeepgramFlux

serveEach(() => {
  flux = new DeepgramFlux()
  return flux
})

const listen = listenBy('deepgram-flux', deepgramKey)

testEar({
  listen,
  session: connected,
  hear: (session, words) => flux.tell(session, 'StartOfTurn', words),
  wrongKey: 'Invalid credentials',
})

it('says a turn as Flux hears it, through an eager end that was none', async () => {
  const { engine, listening, said } = listen()
  expect(engine.endpointing).toBe('engine')
  const session = await connected()
  flux.tell(session, 'Update', '')
  flux.tell(session, 'StartOfTurn', 'my number')
  flux.tell(session, 'Update', 'my number is')
  flux.tell(session, 'EagerEndOfTurn', 'my number is five')
  flux.tell(session, 'TurnResumed', 'my number is five five')
  flux.tell(session, 'Update', 'my number is five five nine')
  flux.tell(session, 'EndOfTurn', 'my number is five five nine', { end_of_turn_confidence: 0.82 })
  flux.tell(session, 'StartOfTurn', 'thanks')
  await until(() => said.at(-1) === 'partial: thanks')
  expect(said).toEqual([
    'partial: my number',
    'partial: my number is',
    'partial: my number is five',
    'partial: my number is five five',
    'partial: my number is five five nine',
    'final: my number is five five nine',
    'endOfTurn',
    'partial: thanks',
  ])
  await listening.close()
})

it('makes Flux end the turn on finalize', async () => {
  const { listening, said } = listen()
  const session = await connected()
  flux.tell(session, 'StartOfTurn', 'wait a')
  await until(() => said.length === 1)
  listening.finalize()
  await until(() => said.some((one) => one.startsWith('final')))
  expect(session.typed('ForceEndTurn')).toHaveLength(1)
  expect(said.filter((one) => one.startsWith('final'))).toEqual(['final: wait a'])
  await listening.close()
})

it('finalises with empty text where there is no turn to be ended', async () => {
  const { listening, said } = listen()
  const session = await connected()
  writeFrames(listening, 0, 4)
  listening.finalize()
  await until(() => session.audio.length === 4 * 160)
  await clock.run(10_000, 500)
  await until(() => said.length > 0)
  expect(said).toEqual(['final: '])
  await listening.close()
})

it('asks for mulaw on a leg of 8 kHz and linear16 on one of 16 kHz', async () => {
  const narrow = listen()
  const first = await connected()
  expect([first.asked('encoding'), first.asked('sample_rate')]).toEqual([['mulaw'], ['8000']])
  const wide = listen({ sampleRate: 16000 })
  const second = await connected(1)
  expect([second.asked('encoding'), second.asked('sample_rate')]).toEqual([['linear16'], ['16000']])
  writeFrames(wide.listening, 0, 16, 16000)
  await until(() => second.audio.length >= 16 * 640)
  expect(second.audio).toEqual(pcmOf(0, 16, 16000))
  await Promise.all([narrow.listening.close(), wide.listening.close()])
})

it('passes hints and the threshold of the end of turn on', async () => {
  const hints = ['Parley', 'Zoë Søn']
  const { listening } = listen({ hints, settings: { eotThreshold: 0.8 } })
  const session = await connected()
  expect(session.asked('keyterm')).toEqual(hints)
  expect(session.asked('eot_threshold')).toEqual(['0.8'])
  expect(session.asked('model')).toEqual(['flux-general-en'])
  await listening.close()
})

it.each([
  [{ speechTimeout: 100, eotThreshold: 0.2, profanityFilter: true }, ['500', '0.5', 'true']],
  [{ eot_timeout_ms: 90_000, eot_threshold: 2 }, ['60000', '1', undefined]],
])('keeps %j within what Flux takes', async (settings, expected) => {
  const { listening } = listen({ settings })
  const session = await connected()
  const asked = ['eot_timeout_ms', 'eot_threshold', 'profanity_filter'].map((name) => session.asked(name)[0])
  expect(asked).toEqual(expected)
  await listening.close()
})

it('expects the languages that the session declares', async () => {
  const { listening } = listen({
    language: 'multi',
    languages: ['multi', 'fr-FR', 'en-US', 'pl-PL', 'en-GB'],
  })
  expect((await connected()).asked('language_hint')).toEqual(['fr', 'en'])
  await listening.close()
})

it.each(['de-DE', 'multi'])('takes the multilingual model for %s', async (language) => {
  const { listening } = listen({ language })
  const session = await connected()
  expect(session.asked('model')).toEqual(['flux-general-multi'])
  expect(session.asked('language_hint')).toEqual(language === 'multi' ? [] : ['de'])
  await listening.close()
})

it('tells why a handshake was refused', async () => {
  server.refuse(deepgramRefusal(429, 'TOO_MANY_REQUESTS', 'Too many requests'))
  const { said } = listen()
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: quota: .*Too many requests/)])
})

it('tells Flux’s fatal error, once', async () => {
  const { said } = listen()
  const session = await connected()
  flux.fail(session, 'INTERNAL_SERVER_ERROR', 'An internal server error occurred')
  await until(() => session.closed)
  expect(said).toEqual([expect.stringMatching(/^error: server: .*internal server error/)])
})
