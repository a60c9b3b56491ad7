import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppConnection, TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { hearingDeepgram, hearingXai } from './support/hearing-servers.js'
import { knownWords } from './support/known-speech.js'
import { soundIn, trimmed } from './support/locate.js'
import { metrics } from './support/metrics.js'
import { lacks } from './support/needs.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { type MortalServer, speakingCartesia, speakingOpenAi } from './support/speaking-servers.js'
import { concat, levels, type Pcm, say, silence } from './support/speech.js'
import { until } from './support/wait.js'
import { alignWords, hearWords, spelled } from './support/words.js'

/** One chunk without a pause in it. */
const sentence =
  'The long road over the hills begins behind the old church and goes through a forest of very tall trees.'

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))(
  'a speech engine dies in mid-sentence',
  () => {
    let dir: string
    let app: TestApp
    let relay: TestRelay
    let phone: Baresip
    let cartesia: MortalServer
    let openAi: MortalServer
    let phones = 0

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'parley-'))
      app = await TestApp.start()
      cartesia = await speakingCartesia(dir, 120)
      openAi = await speakingOpenAi(dir, 400)
      const settings = { url: app.url, events: 'speaker-events tokens-played' }
      relay = await TestRelay.start(dir, {
        speech: {
          tts: ['cartesia', 'openai-compatible'],
          cache: { enabled: false },
          vendors: { cartesia: cartesia.settings, 'openai-compatible': openAi.settings },
        },
        routes: [
          { to: '1000', relay: { ...settings, ttsProvider: 'cartesia' } },
          { to: '2000', relay: { ...settings, ttsProvider: 'openai-compatible' } },
        ],
      })
    })
    afterEach(async () => {
      await phone?.stop()
      await Promise.all([cartesia.revive(), openAi.revive()])
    })
    afterAll(async () => {
      await relay?.stop()
      await app?.stop()
      await Promise.all([cartesia?.kill(), openAi?.kill()])
      rmSync(dir, { recursive: true, force: true })
    })

    async function call(number: string): Promise<AppConnection> {
      phone = await Baresip.start({ dir: join(dir, `phone-${phones++}`), codec: 'G722' })
      const nth = app.connections.length
      await phone.dial(`sip:${number}@127.0.0.1:${relay.sipPort}`)
      return app.connection(nth)
    }

    it('what is heard is told by its words: those lost, those said again', () => {
      const words = spelled(sentence).split(' ')
      const parts = (to: number, from: number) => {
        return concat(say(words.slice(0, to).join(' '), dir), say(words.slice(from).join(' '), dir))
      }
      expect(hearWords(sentence, parts(9, 9), dir)).toBe(spelled(sentence))
      expect(hearWords(sentence, parts(9, 8), dir).split(' ')).toHaveLength(words.length + 1)
      expect(hearWords(sentence, parts(9, 11), dir).split(' ').length).toBeLessThan(words.length)
    })

    it.each([
      ['with word marks', '1000', () => cartesia, 'cartesia', 'openai-compatible'],
      ['without word marks', '2000', () => openAi, 'openai-compatible', 'cartesia'],
    ] as const)(
      '%s: the caller hears every word once, and hardly a pause',
      async (_name, number, server, engine, next) => {
        const before = await metrics(relay)
        const connection = await call(number)
        connection.send({ type: 'text', token: sentence, last: true })
        await until(() => server().said > 2_400, 'half of it to be said')
        await server().kill()
        await connection.frame('info', ({ name, value }) => name === 'agentSpeaking' && value === 'off')
        const heard = phone.heard()
        await phone.hangup()

        expect(hearWords(sentence, heard, dir)).toBe(spelled(sentence))
        expect(longestSilence(heard)).toBeLessThanOrEqual(700)
        const played = connection.frames('info').filter(({ name }) => name === 'tokensPlayed')
        expect(played.map(({ value }) => value).join('')).toBe(sentence)

        const { sessions } = await endedCall(relay, connection.frames('setup')[0]!['callSid'] as string)
        const errors = sessions[0]!.timeline.filter(({ name }) => name === 'error_event')
        expect(errors.map(({ data }) => data['error'])).toEqual([
          { error_code: 64111, code: 'tts_failed', engine, next, message: expect.stringContaining(engine) },
        ])
        const counted = 'parley_session_errors_total{code="tts_failed"}'
        expect((await metrics(relay)).get(counted) - before.get(counted)).toBe(1)
      },
    )
  },
)

/** The longest silence between the first sound and the last, in ms. */
function longestSilence(pcm: Pcm): number {
  const { fromMs, toMs } = soundIn(pcm)!
  let longest = 0
  let run = 0
  for (const level of levels(pcm).slice(Math.ceil(fromMs / 20), Math.floor(toMs / 20))) {
    run = level < 60 ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest * 20
}

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))('a recogniser dies in mid-utterance', () => {
  // Long words: short ones sound like parts of others.
  const question = 'seventeen purple elephants probably danced somewhere yesterday'
  let dir: string
  let app: TestApp
  let relay: TestRelay
  let phone: Baresip
  let deepgram: Awaited<ReturnType<typeof hearingDeepgram>>
  let xai: Awaited<ReturnType<typeof hearingXai>>
  let speech: Pcm

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    speech = trimmed(say(question, dir, 'rms'))
    const words = knownWords(alignWords(question, speech, dir), speech)
    deepgram = await hearingDeepgram(words, 3)
    xai = await hearingXai(words)
    relay = await TestRelay.start(dir, {
      speech: { stt: ['deepgram', 'xai'], vendors: { deepgram: deepgram.settings, xai: xai.settings } },
      routes: [
        {
          to: '1000',
          relay: {
            url: app.url,
            transcriptionProvider: 'deepgram',
            speechModel: 'nova-3-general',
            partialPrompts: true,
          },
        },
      ],
    })
  })
  afterEach(async () => {
    await phone?.stop()
    await Promise.all([deepgram.revive(), xai.revive()])
  })
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    await Promise.all([deepgram?.kill(), xai?.kill()])
    rmSync(dir, { recursive: true, force: true })
  })

  async function ask(): Promise<AppConnection> {
    const nth = app.connections.length
    phone = await Baresip.start({ dir: join(dir, `phone-${nth}`), codec: 'G722' })
    await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    const connection = await app.connection(nth)
    // A phone that is given another microphone sends late at first.
    await phone.speak(concat(silence(1_000), speech))
    return connection
  }

  const prompts = (connection: AppConnection) => {
    return connection.frames('prompt').flatMap(({ voicePrompt, last }) => (last ? [voicePrompt] : []))
  }

  it('the prompt has every word once', async () => {
    const connection = await ask()
    await until(() => deepgram.heard.length >= 5, 'five words to be heard, of which three are settled')
    await deepgram.kill()
    await connection.frame('prompt', ({ last }) => last === true)
    expect(prompts(connection)).toEqual([question])
    // What was settled was not heard again.
    expect(xai.heard).toEqual(question.split(' ').slice(3))
    await phone.hangup()

    const { sessions } = await endedCall(relay, connection.frames('setup')[0]!['callSid'] as string)
    const errors = sessions[0]!.timeline.filter(({ name }) => name === 'error_event')
    expect(errors[0]!.data['error']).toMatchObject({
      error_code: 64114,
      code: 'stt_failed',
      engine: 'deepgram',
      next: 'xai',
    })
    expect((await metrics(relay)).get('parley_session_errors_total{code="stt_failed"}')).toBeGreaterThan(0)
  })
})
