import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GoogleVoice, soundByte } from './google-voice-server.js'
import { say, speakRequest, ttsOf, until } from './support/clients.js'
import { expand } from './support/sound.js'
import { CHARACTER_MS } from './support/voice-contract.js'

let google: GoogleVoice
let engine: ReturnType<typeof ttsOf>

beforeEach(async () => {
  google = await GoogleVoice.start()
  engine = ttsOf('google', { apiKey: 'AIza-secret-key', url: google.vendor.url })
})

afterEach(async () => {
  await engine.close()
  await google.vendor.close()
  expect(google.vendor.violations).toEqual([])
})

const text = 'Hello there friend.'
const lengthMs = text.length * CHARACTER_MS
/** The two ways to speak: voices that stream, and those that answer whole. */
const ways = [
  ['StreamingSynthesize', 'en-US-Chirp3-HD-Aoede'],
  ['SynthesizeSpeech', 'en-US-Wavenet-F'],
] as const

it('does not stream voices of Chirp before its third version, which Google refuses', async () => {
  const spoken = say(engine, speakRequest({ text, voice: 'en-US-Chirp-HD-F' }))
  await until(() => spoken.done)
  expect([spoken.error, google.calls.map(({ method }) => method)]).toEqual([undefined, ['SynthesizeSpeech']])
})

const lengthOf = ({ pcm, sampleRate }: ReturnType<typeof say>) => (pcm.length * 1000) / sampleRate

it.each(
  ways.flatMap(([method, voice]) => [8000, 16000].map((sampleRate) => ({ method, voice, sampleRate }))),
)(
  'speaks by $method to a leg of $sampleRate Hz, and nothing but its sound',
  async ({ method, ...request }) => {
    for (let n = 0; n < 2; n++) {
      const spoken = say(engine, speakRequest({ text, ...request }))
      await until(() => spoken.done)
      expect(spoken.error).toBeUndefined()
      expect([spoken.sampleRate, lengthOf(spoken)]).toEqual([request.sampleRate, lengthMs])
      const sample = request.sampleRate === 8000 ? expand(soundByte) : soundByte * 0x101
      expect(new Set(spoken.pcm)).toEqual(new Set([sample]))
    }
    expect(google.calls.map((call) => call.method)).toEqual([method, method])
    expect(google.calls[0]).toMatchObject({ voice: { language_code: 'en-US', name: request.voice }, text })
  },
)

it('passes markup on where a voice takes it, and leaves it out where none is taken', async () => {
  const ssml = 'Hello <break time="200ms"/>there'
  for (const [, voice] of ways) {
    const spoken = say(engine, speakRequest({ text: ssml, ssml: true, voice }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
  }
  expect(google.calls[0]!.text).toMatch(/^Hello\s+there$/)
  expect(google.calls[1]!.ssml).toMatch(/^<speak\b.*>Hello <break time="200ms"\/>there<\/speak>$/)
})

it.each(ways)('stops Google when it is aborted: %s', async (method, voice) => {
  google.speaks = false
  const stop = new AbortController()
  const spoken = say(engine, speakRequest({ text, voice }), stop.signal)
  await until(() => google.calls[0]?.text === text)
  if (method === 'StreamingSynthesize') {
    google.calls[0]!.play(40)
    await until(() => spoken.pcm.length > 0)
  }
  stop.abort()
  await until(() => spoken.done && google.calls[0]!.cancelled)
  expect(spoken.error).toBeUndefined()
  google.speaks = true
  const next = say(engine, speakRequest({ text, voice }))
  await until(() => next.done)
  expect([next.error, lengthOf(next)]).toEqual([undefined, lengthMs])
})

it('stops Google when nobody takes the sound any more', async () => {
  google.speaks = false
  const request = speakRequest({ text, voice: ways[0][1] })
  const speaking = engine.speak(request, new AbortController().signal)[Symbol.asyncIterator]()
  const first = speaking.next()
  await until(() => google.calls[0]?.text === text)
  google.calls[0]!.play(40)
  expect((await first).value?.pcm.length).toBeGreaterThan(0)
  await speaking.return?.(undefined)
  await until(() => google.calls[0]!.cancelled)
})

it('speaks after a slow start', async () => {
  const release = google.vendor.hold()
  const spoken = say(engine, speakRequest({ text, voice: ways[0][1] }))
  release()
  await until(() => spoken.done)
  expect([spoken.error, lengthOf(spoken)]).toEqual([undefined, lengthMs])
})

it.each(
  ways.flatMap(([method, voice]) =>
    (
      [
        ['UNAUTHENTICATED', 'Request had invalid authentication credentials.', 'credentials'],
        ['INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', 'credentials'],
        ['RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric All requests.', 'quota'],
        ['INVALID_ARGUMENT', 'Voice does not exist.', 'request'],
        ['INTERNAL', 'Internal error encountered.', 'server'],
      ] as const
    ).map(([code, details, fault]) => ({ method, voice, code, details, fault })),
  ),
)('tells why $method was refused: $code, $details', async ({ voice, code, details, fault }) => {
  google.vendor.refusal = { code: status[code], details }
  const spoken = say(engine, speakRequest({ text, voice }))
  await until(() => spoken.done)
  expect(spoken.error?.message).toContain(details)
  expect(spoken.error?.fault).toBe(fault)
})

it('tells a connection that broke in mid-sentence, and connects anew', async () => {
  google.speaks = false
  const spoken = say(engine, speakRequest({ text, voice: ways[0][1] }))
  await until(() => google.calls[0]?.text === text)
  google.calls[0]!.play(40)
  await until(() => spoken.pcm.length > 0)
  google.vendor.drop()
  await until(() => spoken.done)
  expect(spoken.error?.fault).toMatch(/^(dropped|connect)$/)
  google.speaks = true
  const next = say(engine, speakRequest({ text, voice: ways[0][1] }))
  await until(() => next.done)
  expect([next.error, lengthOf(next)]).toEqual([undefined, lengthMs])
})
