import { status } from '@grpc/grpc-js'
import { expect, it } from 'vitest'
import { until, writeFrames } from './support/clients.js'
import { clock, google, serveGoogle, testGoogle } from './support/google-ear.js'
import { pcmOf } from './support/sound.js'

const { listen, streaming } = serveGoogle({ usual: {}, account: {}, streams: ({ streams }) => streams })

testGoogle({ listen, streaming })

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
