import { expect, it } from 'vitest'
import { until, writeFrames } from './support/clients.js'
import { serveGoogle, testGoogle } from './support/google-ear.js'
import { muLawOf, pcmOf } from './support/sound.js'

const { listen, streaming } = serveGoogle({
  usual: { model: 'chirp_3' },
  account: { project: 'shop' },
  streams: ({ streams2 }) => streams2,
})

testGoogle({ listen, streaming })

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

it('tells a model that this account does not reach', async () => {
  const { listening, said } = listen({ model: 'chirp' })
  await until(() => said.length > 0)
  expect(said).toEqual([expect.stringMatching(/^error: request: .*"chirp" is no model that streams/)])
  await listening.close()
})
