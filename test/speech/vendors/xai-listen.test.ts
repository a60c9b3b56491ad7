import { expect, it } from 'vitest'
import { until, writeFrames } from './support/clients.js'
import { testEar } from './support/ear-contract.js'
import { clock, connected, listenBy, serveEach } from './support/serve-each.js'
import { muLawOf, pcmOf } from './support/sound.js'
import { XaiListen, xaiKey } from './xai-listen-server.js'

let xai: XaiListen

serveEach(() => {
  xai = new XaiListen()
  return xai
})

const listen = listenBy('xai', xaiKey)

testEar({
  listen,
  session: connected,
  hear: (session, words) => xai.tell(session, words),
  wrongKey: 'Invalid API key',
})

it('says partials, the final and the end of the turn', async () => {
  const { listening, said } = listen()
  const session = await connected()
  xai.tell(session, 'good')
  xai.tell(session, 'good morning')
  xai.tell(session, 'Good morning.', true, true)
  xai.tell(session, 'next')
  await until(() => said.at(-1) === 'partial: next')
  expect(said.filter((one) => !one.startsWith('partial'))).toEqual(['final: Good morning.', 'endOfTurn'])
  expect(said.slice(0, 2)).toEqual(['partial: good', 'partial: good morning'])
  await listening.close()
})

it.each(['wait a', ''])(
  'finalises what was said, though xAI cannot be asked to flush: "%s"',
  async (words) => {
    const { listening, said } = listen()
    const session = await connected()
    if (words) xai.tell(session, words)
    await until(() => words === '' || said.length > 0)
    listening.finalize()
    await clock.run(10_000, 500)
    await until(() => said.some((one) => one.startsWith('final')))
    expect(said.filter((one) => one.startsWith('final'))).toEqual([`final: ${words}`])
    await listening.close()
  },
)

it('sends audio once the session is ready, and loses none of before', async () => {
  xai.readies = false
  const { listening } = listen({ hints: ['Parley', 'Zoë Søn'] })
  writeFrames(listening, 0, 50)
  const session = await connected()
  xai.begin(session)
  writeFrames(listening, 50, 60)
  await until(() => session.audio.length >= 60 * 160)
  expect(session.audio).toEqual(muLawOf(0, 60))
  expect([session.asked('encoding'), session.asked('sample_rate')]).toEqual([['mulaw'], ['8000']])
  expect([session.asked('interim_results'), session.asked('language')]).toEqual([['true'], ['en']])
  expect(session.asked('keyterm')).toEqual(['Parley', 'Zoë Søn'])
  await listening.close()
})

it('sends 16-bit samples from a leg of 16 kHz', async () => {
  const { listening } = listen({ sampleRate: 16000 })
  const session = await connected()
  expect([session.asked('encoding'), session.asked('sample_rate')]).toEqual([['pcm'], ['16000']])
  writeFrames(listening, 0, 10, 16000)
  await until(() => session.audio.length >= 10 * 640)
  expect(session.audio).toEqual(pcmOf(0, 10, 16000))
  await listening.close()
})

it('tells an error of the session, once', async () => {
  const { said } = listen()
  const session = await connected()
  session.send({ type: 'error', message: 'Internal error' })
  session.end(1011)
  await until(() => session.closed && said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: .*Internal error/)])
})
