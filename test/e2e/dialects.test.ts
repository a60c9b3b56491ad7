import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/index.js'
import { amplitude } from '../audio/signals.js'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { locate, type Place, slice, soundIn, trimmed } from './support/locate.js'
import { lacks } from './support/needs.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { type Pcm, readWav, say } from './support/speech.js'
import { until } from './support/wait.js'

const authToken = '0123456789abcdef'
const question = 'what are your opening hours'
const announcement = 'The train to the coast leaves from platform four.'
/** Made with LAME: 0.75 s of 440 Hz. */
const mp3 = readFileSync(new URL('../audio/fixtures/tone-440-mono-24k.mp3', import.meta.url))

describe.skipIf(lacks('baresip-core', 'flite'))('both dialects, with a real phone', () => {
  let dir: string
  let app: TestApp
  let media: Server
  let mediaUrl: string
  let relay: TestRelay
  let phone: Baresip | undefined

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    say(announcement, dir, 'awb')
    const wav = readFileSync(join(dir, 'say-The-train-to-the-coast-leaves-from-platf.wav'))
    media = createServer(({ url }, response) => {
      const [type, body] = url === '/tone.mp3' ? ['audio/mpeg', mp3] : ['audio/wav', wav]
      response.writeHead(200, { 'Content-Type': type }).end(body)
    })
    await new Promise<void>((resolve) => media.listen(0, '127.0.0.1', resolve))
    mediaUrl = `http://127.0.0.1:${(media.address() as AddressInfo).port}`
    const languages = [
      { code: 'es-ES', voice: 'es' },
      { code: 'es', voice: 'es' },
    ]
    const common = {
      languages,
      url: `${app.url}?tenant=a%20b&x=1`,
      hints: [question],
      parameters: { customer_id: 'c-1' },
    }
    relay = await TestRelay.start(dir, {
      app: { authToken },
      routes: [
        { to: '1000', relay: { ...common, dialect: 'twilio', events: 'tokens-played' } },
        { to: '2000', relay: { ...common, dialect: 'telnyx', dtmfDetection: true } },
      ],
    })
  })
  afterEach(async () => {
    await phone?.stop()
    phone = undefined
  })
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    media?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  async function call(dialect: 'twilio' | 'telnyx') {
    const nth = app.connections.length
    const lifted = await Baresip.start({ dir: join(dir, `phone-${nth}`), codec: 'G722' })
    phone = lifted
    await lifted.dial(`sip:${dialect === 'twilio' ? 1000 : 2000}@127.0.0.1:${relay.sipPort}`)
    const connection = await app.connection(nth)
    await connection.frame('setup')
    return { phone: lifted, connection }
  }

  /** Waits until the phone has heard a piece of audio. @returns where in its recording */
  async function hears(phone: Baresip, piece: Pcm, what: string): Promise<Place> {
    for (const end = Date.now() + 20_000; ; ) {
      const place = locate(piece, phone.heard())
      if (place.match > 0.7) return place
      if (Date.now() > end)
        throw new Error(`the phone did not hear ${what}; at best a match of ${place.match}`)
      // Searching takes a core for a while: the relay needs it too.
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
  }

  it('telnyx: setup, partial prompts without asking, keys, text, digits, end', async () => {
    const { phone, connection } = await call('telnyx')
    const setup = connection.received[0]!.frame
    expect(Object.keys(setup)).toEqual([
      'type',
      'sessionId',
      'accountSid',
      'callSid',
      'callControlId',
      'callSessionId',
      'callLegId',
      'from',
      'to',
      'direction',
      'callerName',
      'callStatus',
      'customParameters',
    ])
    const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(setup).toMatchObject({
      sessionId: uuid,
      accountSid: uuid,
      callSessionId: uuid,
      callLegId: uuid,
      callSid: setup['callControlId'],
      to: '2000',
      direction: 'inbound',
      callStatus: 'active',
      customParameters: { customer_id: 'c-1' },
    })

    await phone.speak(say(question, dir, 'rms'))
    const { frame: prompt } = await connection.frame('prompt', ({ last }) => last === true)
    expect(prompt).toEqual({
      type: 'prompt',
      voicePrompt: expect.stringContaining('opening hours'),
      lang: 'en',
      last: true,
    })
    expect(connection.frames('prompt').filter(({ last }) => last === false).length).toBeGreaterThan(0)

    connection.send({ type: 'text', token: 'We are open ', last: false })
    connection.send({ type: 'text', token: 'every day of the week.', last: true })
    connection.send({ type: 'sendDigits', digits: '7wB' })
    await hears(phone, trimmed(say('We are open every day of the week.', dir)), 'the answer')
    await until(() => phone.digits.length === 2, 'two keys at the phone')
    expect(phone.digits.map(({ digit }) => digit).join('')).toBe('7B')

    await phone.command('sndcode 5')
    expect((await connection.frame('dtmf')).frame).toEqual({ type: 'dtmf', digit: '5' })
    connection.send({ type: 'text', last: true })
    expect((await connection.frame('error')).frame).toEqual({
      type: 'error',
      description: expect.stringMatching(/^Invalid message: .*token/),
    })

    connection.send({ type: 'end', handoffData: 'to sales' })
    expect(await connection.closure()).toMatchObject({
      code: 1000,
      reason: 'Conversation Relay session ended',
    })
    await phone.closed()
    expect(connection.frames('info')).toEqual([])
    const { sessions } = await endedCall(relay, setup['callControlId'] as string)
    expect(sessions).toMatchObject([{ status: 'ended', dialect: 'telnyx', handoffData: 'to sales' }])
  })

  it.each(['twilio', 'telnyx'] as const)(
    '%s: play of WAV and MP3, in turn with speech; the handshake is signed',
    async (dialect) => {
      const { phone, connection } = await call(dialect)
      const signature = createHmac('sha1', authToken).update(`${app.url}?tenant=a%20b&x=1`).digest('base64')
      expect(connection.headers['x-twilio-signature']).toBe(signature)

      connection.send({ type: 'play', source: `${mediaUrl}/announcement.wav` })
      connection.send({ type: 'play', source: `${mediaUrl}/tone.mp3`, loop: 2 })
      connection.send({ type: 'text', token: 'That was all.', last: true })
      const said = await hears(phone, trimmed(say('That was all.', dir)), 'the speech')
      const wav = await hears(phone, trimmed(say(announcement, dir, 'awb')), 'the WAV')
      const tone = slice(phone.heard(), wav.endMs, said.startMs)
      const { fromMs, toMs } = soundIn(tone)!
      // Twice 0.75 s; encoders add some silence at both ends.
      expect(toMs - fromMs).toBeGreaterThan(1_400)
      expect(toMs - fromMs).toBeLessThan(1_800)
      const middle = slice(tone, fromMs + 150, fromMs + 550)
      expect(amplitude(middle.samples, 440, middle.sampleRate)).toBeGreaterThan(7_000)
      await phone.hangup()
      expect(connection.frames('error')).toEqual([])
    },
  )

  it.skipIf(lacks('espeak-ng')).each([
    ['twilio', 'en-US', 'es-ES'],
    ['telnyx', 'en', 'es'],
  ] as const)('%s: from English to Spanish and back', async (dialect, english, spanish) => {
    const { phone, connection } = await call(dialect)
    const saludo = 'Buenos días, dígame.'
    connection.send({ type: 'text', token: 'One moment please.', last: true })
    connection.send({ type: 'language', ttsLanguage: spanish, transcriptionLanguage: spanish })
    connection.send({ type: 'text', token: saludo, last: true })
    connection.send({ type: 'language', ttsLanguage: english, transcriptionLanguage: english })
    connection.send({ type: 'text', token: 'Now in English again.', last: true })
    const last = await hears(phone, trimmed(say('Now in English again.', dir)), 'English')
    const first = await hears(phone, trimmed(say('One moment please.', dir)), 'English')
    // The first word of it as eSpeak says it: pauses inside may have been brought to another length.
    const between = await hears(phone, slice(trimmed(sayInSpanish(saludo)), 0, 400), 'Spanish')
    expect(between.startMs).toBeGreaterThan(first.startMs)
    expect(between.endMs).toBeLessThan(last.startMs)

    await phone.speak(say(question, dir, 'rms'))
    const { frame } = await connection.frame('prompt', (prompt) => prompt['last'] === true)
    expect(frame).toMatchObject({ voicePrompt: expect.stringContaining('opening hours'), lang: english })
    await phone.hangup()
    expect(connection.frames('error')).toEqual([])
  })

  function sayInSpanish(text: string): Pcm {
    const file = join(dir, 'spanish.wav')
    execFileSync('espeak-ng', ['-v', 'es', '-b', '1', '-z', '-w', file, text])
    const { sampleRate, samples } = readWav(file)
    return { sampleRate: 16_000, samples: resample(samples, sampleRate, 16_000) }
  }
})
