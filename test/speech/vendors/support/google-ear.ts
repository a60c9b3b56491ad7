import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ListenOptions, VendorSettings } from '../../../../src/speech/index.js'
import { GoogleListen, type GoogleStream, type GoogleStream2 } from '../google-listen-server.js'
import { listenOptions, record, SimulatedClock, sttOf, until, writeFrames } from './clients.js'
import { muLawOf } from './sound.js'

/** Google's server of the test that runs. */
export let google: GoogleListen
/** The clock of that test. */
export let clock: SimulatedClock

/** How a version of Google's API is listened to. */
export interface GoogleVersion<Stream extends GoogleStream | GoogleStream2> {
  /** What every listening has. */
  readonly usual: Partial<ListenOptions>
  readonly account: VendorSettings
  /** The streams of that version that the server has had. */
  readonly streams: (server: GoogleListen) => readonly Stream[]
}

/** Serves Google's protocols, anew for each test of a file; what a client did against them fails the test. */
export function serveGoogle<Stream extends GoogleStream | GoogleStream2>(version: GoogleVersion<Stream>) {
  beforeEach(async () => {
    google = await GoogleListen.start()
    clock = new SimulatedClock(1_700_000_000_000)
  })
  afterEach(async () => {
    await google.vendor.close()
    expect(google.vendor.violations).toEqual([])
  })
  return {
    listen(changes: Partial<ListenOptions> = {}, settings: VendorSettings = {}) {
      const account = { apiKey: 'AIza-secret-key', url: google.vendor.url, ...version.account, ...settings }
      const engine = sttOf('google', account, clock)
      const next = () => {
        const listening = engine.open(listenOptions({ ...version.usual, ...changes }))
        return { listening, said: record(listening) }
      }
      return { next, ...next() }
    },
    /** The stream of that number, once its configuration has come. */
    async streaming(number = 0): Promise<Stream> {
      await until(() => version.streams(google)[number]?.config)
      return version.streams(google)[number]!
    },
  }
}

export const finals = (said: readonly string[]) => said.filter((one) => one.startsWith('final'))

/** Tests what both versions must do. */
export function testGoogle({
  listen,
  streaming,
}: ReturnType<typeof serveGoogle<GoogleStream | GoogleStream2>>) {
  it('says partials of all stretches, and one final of all that was settled until it was asked for', async () => {
    const { listening, said } = listen()
    writeFrames(listening, 0, 5)
    const stream = await streaming()
    stream.interim('to be')
    stream.interim('to be or not to be', ' that is')
    stream.settle('To be or not to be,')
    stream.interim(' that is the question')
    await until(() => said.length >= 4)
    listening.finalize()
    await clock.run(10_000, 500)
    await until(() => finals(said).length > 0)
    expect(said).toEqual([
      'partial: to be',
      'partial: to be or not to be that is',
      'partial: To be or not to be,',
      'partial: To be or not to be, that is the question',
      'final: To be or not to be, that is the question',
    ])
    writeFrames(listening, 5, 10)
    ;(await streaming(1)).interim('next')
    await until(() => said.at(-1) === 'partial: next')
    await listening.close()
  })

  it('finalises with empty text where nothing was understood', async () => {
    const { listening, said } = listen()
    writeFrames(listening, 0, 2)
    await streaming()
    listening.finalize()
    await clock.run(10_000, 500)
    await until(() => said.length > 0)
    expect(said).toEqual(['final: '])
    await listening.close()
  })

  it('says nothing of speech events, nor of results without words', async () => {
    const { listening, said } = listen()
    writeFrames(listening, 0, 2)
    const stream = await streaming()
    stream.event('SPEECH_ACTIVITY_BEGIN')
    stream.interim('')
    stream.event('SPEECH_ACTIVITY_END')
    stream.interim('now')
    await until(() => said.length > 0)
    expect(said).toEqual(['partial: now'])
    await listening.close()
  })

  it('loses no audio of before a slow connection', async () => {
    const release = google.vendor.hold()
    const { listening } = listen()
    writeFrames(listening, 0, 50)
    release()
    const stream = await streaming()
    writeFrames(listening, 50, 60)
    await until(() => stream.audio.length >= 60 * 160)
    expect(stream.audio).toEqual(muLawOf(0, 60))
    await listening.close()
  })

  it.each([
    [status.OUT_OF_RANGE, 'Exceeded maximum allowed stream duration of 305 seconds.'],
    [status.ABORTED, 'Max duration of 5 minutes reached for stream.'],
    [status.ABORTED, 'Stream timed out after receiving no more client requests.'],
    [status.OUT_OF_RANGE, 'Audio Timeout Error: Long duration elapsed without audio.'],
  ])(
    'goes on in a new stream, without a word lost, where the last ended with %i: %s',
    async (code, details) => {
      const { listening, said } = listen()
      writeFrames(listening, 0, 50)
      const first = await streaming()
      await until(() => first.audio.length >= 50 * 160)
      first.settle('One,', 20 * 20)
      first.interim(' two')
      await until(() => said.at(-1) === 'partial: One, two')
      first.fail({ code, details })
      writeFrames(listening, 50, 55)
      await clock.run(2_000, 100)
      writeFrames(listening, 55, 60)
      const second = await streaming(1)
      await until(() => second.audio.includes(muLawOf(55, 60)))
      // All that the first had not settled, once.
      expect(second.audio).toEqual(muLawOf(20, 60))
      second.settle('two, three.')
      await until(() => said.at(-1)?.endsWith('three.'))
      listening.finalize()
      await clock.run(10_000, 500)
      await until(() => finals(said).length > 0)
      expect(finals(said)).toEqual(['final: One, two, three.'])
      expect(said.filter((one) => one.startsWith('error'))).toEqual([])
      await listening.close()
    },
  )

  it('ends the stream on close, and says nothing afterwards', async () => {
    const { listening, said } = listen()
    writeFrames(listening, 0, 2)
    const stream = await streaming()
    stream.interim('unfinished')
    await until(() => said.length === 1)
    await listening.close()
    await until(() => stream.ended)
    expect(said).toEqual(['partial: unfinished'])
  })

  it.each([
    ['UNAUTHENTICATED', 'Request had invalid authentication credentials.', 'credentials'],
    ['PERMISSION_DENIED', "Permission 'speech.recognizers.recognize' denied.", 'credentials'],
    ['RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric Streaming requests.', 'quota'],
    ['INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', 'credentials'],
    ['INVALID_ARGUMENT', 'Invalid recognition config: bad encoding.', 'request'],
    ['INTERNAL', 'Internal error encountered.', 'server'],
  ] as const)('tells why a stream was refused: %s', async (code, details, fault) => {
    google.vendor.refusal = { code: status[code], details }
    const { listening, said } = listen()
    writeFrames(listening, 0, 2)
    await clock.run(2_000, 100)
    await until(() => said.length > 0)
    expect(said).toEqual([expect.stringMatching(new RegExp(`^error: ${fault}: `))])
    expect(said[0]).toContain(details)
  })

  it('tells a connection that broke, once, and connects for the next listening', async () => {
    const { listening, said, next } = listen()
    writeFrames(listening, 0, 2)
    ;(await streaming()).interim('half a sen')
    await until(() => said.length === 1)
    google.vendor.drop()
    await until(() => said.length === 2)
    expect(said[1]).toMatch(/^error: (dropped|server|connect): /)
    writeFrames(listening, 2, 4)
    listening.finalize()
    await listening.close()
    expect(said).toHaveLength(2)
    const again = next()
    writeFrames(again.listening, 0, 2)
    ;(await streaming(1)).interim('again')
    await until(() => again.said.length > 0)
    expect(again.said).toEqual(['partial: again'])
    await again.listening.close()
  })
}
