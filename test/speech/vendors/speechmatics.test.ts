import { expect, it } from 'vitest'
import { Speechmatics, speechmaticsKey } from './speechmatics-server.js'
import { until, writeFrames } from './support/clients.js'
import { testEar } from './support/ear-contract.js'
import { listenBy, serveEach, server } from './support/serve-each.js'
import { muLawOf, pcmOf } from './support/sound.js'
import type { VendorSession } from './support/vendor-session.js'

let speechmatics: Speechmatics

serveEach(() => {
  speechmatics = new Speechmatics()
  return speechmatics
})

const listen = listenBy('speechmatics', speechmaticsKey)

/** A connection whose StartRecognition has come. */
async function begun(number = 0): Promise<VendorSession> {
  await until(() => server.sessions[number]?.texts.length)
  return server.sessions[number]!
}

testEar({
  listen,
  session: begun,
  hear: (session, words) => speechmatics.guess(session, words),
  wrongKey: 'Invalid token',
})

it('says partials, settled words and the end of the turn', async () => {
  const { listening, said } = listen()
  const session = await begun()
  speechmatics.guess(session, 'good')
  speechmatics.guess(session, 'good morning')
  speechmatics.settle(session, 'Good morning.')
  session.send({ message: 'EndOfUtterance', metadata: { start_time: 1, end_time: 1 } })
  speechmatics.guess(session, 'next')
  await until(() => said.at(-1) === 'partial: next')
  expect(said).toEqual([
    'partial: good',
    'partial: good morning',
    'partial: Good morning.',
    'final: Good morning.',
    'endOfTurn',
    'partial: next',
  ])
  await listening.close()
})

it.each(['wait a', ''])('makes Speechmatics end the utterance on finalize: "%s"', async (words) => {
  const { listening, said } = listen()
  const session = await begun()
  if (words) speechmatics.guess(session, words)
  await until(() => words === '' || said.length > 0)
  listening.finalize()
  await until(() => said.some((one) => one.startsWith('final')))
  expect(session.texts.filter((message) => message['message'] === 'ForceEndOfUtterance')).toHaveLength(1)
  expect(said.filter((one) => one.startsWith('final'))).toEqual([`final: ${words}`])
  await listening.close()
})

it('sends audio once recognition has started, and loses none of before', async () => {
  speechmatics.starts = false
  const { listening } = listen({ hints: ['Parley', 'Zoë Søn'] })
  writeFrames(listening, 0, 50)
  const session = await begun()
  expect(session.texts[0]).toMatchObject({
    message: 'StartRecognition',
    audio_format: { type: 'raw', encoding: 'mulaw', sample_rate: 8000 },
    transcription_config: {
      language: 'en',
      enable_partials: true,
      additional_vocab: [{ content: 'Parley' }, { content: 'Zoë Søn' }],
    },
  })
  speechmatics.start(session)
  writeFrames(listening, 50, 60)
  await until(() => session.audio.length >= 60 * 160)
  expect(session.audio).toEqual(muLawOf(0, 60))
  await listening.close()
  await until(() => session.closed)
})

it('sends 16-bit samples from a leg of 16 kHz', async () => {
  const { listening } = listen({ sampleRate: 16000 })
  const session = await begun()
  expect(session.texts[0]).toMatchObject({ audio_format: { encoding: 'pcm_s16le', sample_rate: 16000 } })
  writeFrames(listening, 0, 12, 16000)
  await until(() => session.audio.length >= 12 * 640)
  expect(session.audio).toEqual(pcmOf(0, 12, 16000))
  await listening.close()
})

it.each([
  ['not_authorised', 'Invalid token', 'credentials'],
  ['quota_exceeded', 'Concurrent Quota Exceeded', 'quota'],
  ['invalid_config', 'Unknown language', 'request'],
  ['insufficient_funds', 'Not enough balance', 'quota'],
  ['session_timeout', 'Session duration limit reached', 'expired'],
  ['job_error', 'Unable to do any work on this job', 'server'],
])('tells the error %s, once', async (type, reason, fault) => {
  const { said } = listen()
  const session = await begun()
  speechmatics.fail(session, type, reason)
  await until(() => session.closed && said.length > 0)
  expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: .*${reason}`))])
})
