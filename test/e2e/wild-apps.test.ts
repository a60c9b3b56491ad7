import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import twilio from 'twilio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppProgram } from './support/app-program.js'
import { Baresip } from './support/baresip.js'
import { heardIn } from './support/locate.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { type Pcm, say, spokeAfter } from './support/speech.js'
import { until, untilAsync } from './support/wait.js'

const accountSid = 'AC00000000000000000000000000000008'
const authToken = 'a-token-of-the-wild'
const question = 'what are your opening hours'
/** Where `publicUrl` says that this machine's apps are known. */
const publicHost = 'bank.example.com'

interface WildApp {
  readonly style: string
  readonly file: string
  readonly host: string
  readonly number: string
  readonly page: string
  readonly greeting: string
  /** flite's voice that stands in for the one asked for. */
  readonly voice?: string
  /** What it answers the question, or the last of it. */
  readonly answer: string
  /** What else it must have said to its log. */
  readonly logged: readonly RegExp[]
  /** It ends the call itself, saying this at last. */
  readonly parting?: string
}

const apps: readonly WildApp[] = [
  {
    style: 'Express, a path parameter in the socket’s URL, tokens with `last: true` on the last one',
    file: 'express-path-parameter.mjs',
    host: 'garden.example.com',
    number: '2001',
    page: '/incoming-call',
    greeting: 'Welcome to the garden shop.',
    answer: 'The garden shop is open from eight to five.',
    logged: [/setup (PSTN|SIP) true/],
  },
  {
    style: 'Fastify with its WebSocket plugin',
    file: 'fastify-plugin.mjs',
    host: 'library.example.com',
    number: '2002',
    page: '/twiml',
    greeting: "I am the library's assistant.",
    answer: 'The library is open until seven in the evening.',
    logged: [/setup CA[0-9a-f]{32}/],
  },
  {
    style: 'a socket’s URL without a path, hand-off by `end`',
    file: 'bare-host.mjs',
    host: 'nursery.example.com',
    number: '2003',
    page: '/',
    greeting: 'You have reached the nursery.',
    answer: 'I will pass that on.',
    logged: [/connected \/\n/, /action ended live-agent-handoff/],
    parting: 'A gardener will call you back.',
  },
  {
    style: 'never `last: true`',
    file: 'never-last.mjs',
    host: 'bakery.example.com',
    number: '2004',
    page: '/voice',
    greeting: 'Bakery, good morning.',
    answer: 'We bake at six, and the bakery opens at seven',
    logged: [],
  },
  {
    style: 'turns that end with an empty token',
    file: 'empty-token.mjs',
    host: 'museum.example.com',
    number: '2005',
    page: '/voice/incoming',
    greeting: 'Hello, this is the museum.',
    voice: 'rms',
    answer: 'The museum closes on Monday.',
    logged: [/caller sip:caller@/],
  },
  {
    style: 'both signatures checked, https assumed',
    file: 'both-signatures.mjs',
    host: publicHost,
    number: '2006',
    page: '/twiml',
    greeting: 'Thank you for calling the bank.',
    answer: 'You can visit us at any time.',
    logged: [/action ended relay/, /status completed call-progress-events/],
    parting: 'The bank says goodbye.',
  },
  {
    style: 'TwiML by hand: no declaration, stray white space, legacy attributes, any letter case',
    file: 'hand-written.mjs',
    host: 'florist.example.com',
    number: '2007',
    page: '/index.php',
    greeting: "You are talking to Rosie's florist.",
    answer: 'Every flower is sold before noon.',
    logged: [/setup rosie/, /page GET \/after.php en ended/],
    parting: 'Roses are red.',
  },
]

/** What Twilio's callers hear where no document is to be had. */
const apology = 'We are sorry, an application error has occurred. Goodbye.'

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))(
  'apps in the styles found in the wild',
  () => {
    let dir: string
    let relay: TestRelay
    let client: twilio.Twilio
    let asked: Pcm
    const programs = new Map<string, AppProgram>()
    const phones: Baresip[] = []

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'parley-'))
      asked = say(question, dir, 'rms')
      const files = [...apps, { file: 'broken.mjs', host: 'broken.example.com' }]
      await Promise.all(
        files.map(async ({ file, host }) => {
          programs.set(host, await AppProgram.start(file, host, { TWILIO_AUTH_TOKEN: authToken }))
        }),
      )
      relay = await TestRelay.start(dir, {
        twilio: {
          accountSid,
          authToken,
          publicUrl: `https://${publicHost}`,
          hosts: Object.fromEntries([...programs.values()].map(({ host, address }) => [host, address])),
          numbers: [
            ...apps.map(({ number, host, page }) => ({
              number,
              // The one behind the proxy is asked on this machine, and still finds what it signs for.
              voiceUrl:
                host === publicHost
                  ? `http://${programs.get(host)!.address}${page}`
                  : `https://${host}${page}`,
              ...(host === publicHost && { statusCallback: `https://${host}/status` }),
            })),
            {
              number: '2008',
              voiceUrl: 'https://broken.example.com/voice',
              voiceFallbackUrl: 'https://broken.example.com/fallback',
            },
          ],
        },
      })
      client = twilio(accountSid, authToken)
      client.api.baseUrl = `http://127.0.0.1:${relay.httpPort}`
    })
    afterAll(async () => {
      await Promise.all(phones.map((phone) => phone.stop()))
      await relay?.stop()
      await Promise.all([...programs.values()].map((program) => program.stop()))
      rmSync(dir, { recursive: true, force: true })
    })

    async function lift(number: string): Promise<Baresip> {
      const phone = await Baresip.start({ dir: join(dir, `phone-${phones.length}-${number}`), codec: 'G722' })
      phones.push(phone)
      await phone.command(`dial sip:${number}@127.0.0.1:${relay.sipPort}`)
      return phone
    }

    /** Waits until the phone has heard somebody speak and fall silent, so many seconds after the call began. */
    async function spokenTo(phone: Baresip, after: number): Promise<void> {
      await until(() => /established/i.test(phone.output), 'the call to be answered')
      await untilAsync(async () => spokeAfter(phone.heard(), after), 'the phone to be spoken to', 30_000, 250)
    }

    function expectHeard(phone: Baresip, sentences: readonly string[], voice?: string): void {
      const heard = phone.heard()
      for (const sentence of sentences)
        expect([sentence, heardIn(say(sentence, dir, voice), heard)]).toEqual([sentence, true])
    }

    // First, since it takes longest: what is not answered is given up after 15 s.
    it.concurrent('500 and then nothing: the fallback is asked, the caller hears an apology, the log tells 11200', async () => {
      const app = programs.get('broken.example.com')!
      const phone = await lift('2008')
      await app.says(/asked \/fallback 11200 https:\/\/broken.example.com\/voice/)
      await phone.closed(60_000)
      expectHeard(phone, [apology])
      const [record] = await client.calls.list({ to: '2008' })
      expect(record).toMatchObject({ status: 'completed', direction: 'inbound' })
      const notifications = await client.calls(record!.sid).notifications.list()
      const told = notifications.map(({ errorCode, requestUrl, log }) => [
        errorCode,
        new URL(requestUrl).pathname,
        log,
      ])
      expect(told).toContainEqual(['11200', '/voice', '0'])
      expect(told).toContainEqual(['11200', '/fallback', '0'])
    })

    it.concurrent.each(apps)('$style', async ({ host, number, greeting, answer, logged, parting, voice }) => {
      const app = programs.get(host)!
      app.output = ''
      const phone = await lift(number)
      await spokenTo(phone, 0)
      const spoken = phone.heard().samples.length / phone.heard().sampleRate
      await phone.speak(asked)
      await app.says(/prompt en-US .*opening hours/)
      if (parting === undefined) {
        await spokenTo(phone, spoken)
        await phone.hangup()
      } else await phone.closed()
      expectHeard(phone, [greeting, answer, ...(parting === undefined ? [] : [parting])], voice)
      await app.says(/close 1000/)
      for (const line of logged) await app.says(line)
      expect(app.output).not.toMatch(/refused|error|validation failed/i)
    })
  },
)
