import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { say, writeWav } from './support/speech.js'
import { untilAsync } from './support/wait.js'
import { complaintsOf, seriousFindings, startBrowser } from './support/web-pages.js'

const answer =
  'We are open from nine until six in the evening, and on Sundays from ten until four in the afternoon. ' +
  'Would you like me to look whether there is a table for you this evening?'
const longest = { timeout: 40_000 }
const adminKey = 's3cret of the console'
const application = `AP${'1'.repeat(32)}`

/** Puts calls through to a browser, and is told how they end. */
const document = createServer((_, reply) => {
  reply.setHeader('content-type', 'text/xml')
  reply.end('<Response><Dial><Client>alice</Client></Dial></Response>')
})

let dir: string
let app: TestApp
let relay: TestRelay
let browser: Browser
/** The cookie of who has signed in. */
let session: { name: string; value: string }

/** Opens a page in a browser of its own, which must not complain, nor ask anybody but the relay. */
async function visit(
  hash: string,
  look: (page: Page) => Promise<void>,
  { signedIn = true, tolerant = false } = {},
): Promise<void> {
  const baseURL = `http://127.0.0.1:${relay.httpPort}`
  const context = await browser.newContext({ baseURL })
  try {
    if (signedIn) await context.addCookies([{ ...session, url: baseURL }])
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    page.on('request', (request) => {
      if (!request.url().startsWith(baseURL) && !/^(blob|data):/.test(request.url()))
        complaints.push(`asked for ${request.url()}`)
    })
    await page.goto(`/${hash}`)
    await look(page)
    if (!tolerant) expect(complaints).toEqual([])
  } finally {
    await context.close()
  }
}

const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
const position = (page: Page) => page.getByRole('slider', { name: 'Position in the call' })
const seconds = async (page: Page) => Number(await position(page).getAttribute('aria-valuenow'))

/** That the rows of a panel have their moments, and that the last of them is where the audio then plays. */
async function isLinked(page: Page, row: string): Promise<void> {
  const panel = page.getByRole('tabpanel')
  await panel.locator(row).first().waitFor(longest)
  const rows = await panel.locator(row).count()
  expect(await panel.locator(`${row} .moment`).count(), row).toBe(rows)
  const moment = panel.locator(`${row} .moment`).last()
  const [, minutes, rest] = /(\d+):([\d.]+)/.exec(await moment.innerText())!
  const [told, length] = [
    60 * Number(minutes) + Number(rest),
    Number(await position(page).getAttribute('aria-valuemax')),
  ]
  const wanted = Math.min(told, length)
  // From the other end. It plays on at once: what it has been at counts, however late one looks.
  const [key, end] = wanted > length / 2 ? ['Home', 0] : ['End', length]
  await position(page).press(key)
  await untilAsync(async () => Math.abs((await seconds(page)) - end) <= 1, 'the audio to be elsewhere')
  await page.evaluate(`{
    globalThis.passed = []
    const slider = document.querySelector('.wave')
    const look = () => passed.push(Number(slider.getAttribute('aria-valuenow')))
    new MutationObserver(look).observe(slider, { attributes: true })
  }`)
  await moment.click()
  const passed = async () => (await page.evaluate('passed')) as number[]
  const wasThere = async () => (await passed()).some((second) => Math.abs(second - wanted) <= 1)
  await untilAsync(wasThere, `the audio to be at ${wanted} s, as ${row} has it`)
}

describe.skipIf(lacks('baresip-core', 'flite', 'chromium'))('the console', () => {
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-console-'))
    app = await TestApp.start()
    await new Promise<void>((resolve) => document.listen(0, '127.0.0.1', resolve))
    const documents = `http://127.0.0.1:${(document.address() as AddressInfo).port}`
    app.onFrame = ({ type }, connection) => {
      if (type === 'prompt') connection.send({ type: 'text', token: answer, last: true })
      if (type === 'dtmf') connection.send({ type: 'txt', token: 'wrong' })
    }
    const hints = ['what are your opening hours', 'stop']
    const relays = { url: app.url, hints, dtmfDetection: true, welcomeGreeting: 'Hello. How can I help?' }
    const voice = { voiceUrl: `${documents}/voice`, statusCallback: `${documents}/status` }
    ;[relay, browser] = await Promise.all([
      TestRelay.start(
        dir,
        {
          routes: [{ to: '1000', relay: relays }],
          recording: { enabled: true },
          twilio: { applications: [{ sid: application, friendlyName: 'To Alice', ...voice }] },
        },
        ['start'],
        { PARLEY_HTTP_ADMIN_KEY: adminKey },
      ),
      startBrowser([
        '--autoplay-policy=no-user-gesture-required',
        '--allow-loopback-in-peer-connection',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
      ]),
    ])
  })
  beforeAll(async () => {
    const response = await fetch(`http://127.0.0.1:${relay.httpPort}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: adminKey }),
    })
    const [, name, value] = /^([^=]+)=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')!
    session = { name: name!, value: value! }
  })
  afterAll(async () => {
    await browser?.close()
    await relay?.stop()
    await app?.stop()
    document.close()
    rmSync(dir, { recursive: true, force: true })
  })

  /** The calls that are made first, and looked at then: one by SIP, one between browsers. */
  let address = ''
  let between = ''

  describe('while calls go on', () => {
    it.concurrent('shows a call while it happens, and plays it then and when it is over', async () => {
      await visit('', async (page) => {
        const phone = await Baresip.start({ dir: join(dir, 'phone'), codec: 'G722' })
        try {
          await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
          await page.getByRole('link', { name: /sip:.* → 1000/ }).click(longest)
          address = new URL(page.url()).hash
          const words = page.getByRole('region', { name: 'Conversation' })
          await words.getByText('Hello. How can I help?').waitFor(longest)
          await page.getByText('Live', { exact: true }).waitFor(longest)
          await phone.speak(say('what are your opening hours', dir, 'rms'))
          await words.locator('.bubble.caller').getByText(/hours/i).first().waitFor(longest)
          // What has been heard of it, not what is to come.
          await words
            .locator('.bubble.agent span:not(.pending, .who)', { hasText: /We are open/ })
            .waitFor(longest)
          await phone.command('sndcode 5')
          await words
            .locator('del')
            .getByText(/this evening\?/)
            .waitFor(longest)
          await words.getByText('interrupted').waitFor()
          // Its two lanes grow meanwhile, and can be heard as far as they have.
          await position(page).waitFor(longest)
          await page.getByRole('button', { name: 'Play', exact: true }).click()
          await page.getByText('What had been recorded by then.').waitFor()
          await untilAsync(async () => (await seconds(page)) > 0, 'what is there to be played')
          await phone.hangup()
        } finally {
          await phone.stop()
        }
        await page.getByText('completed').waitFor(longest)
        await page.getByRole('button', { name: 'Play', exact: true }).waitFor(longest)
        await page.locator('.line.caller', { hasText: /hours/i }).getByRole('button').click()
        await page.getByRole('button', { name: 'Pause' }).waitFor(longest)
        await untilAsync(async () => (await seconds(page)) > 1, 'the caller to be played')
        await position(page).press('Home')
        await untilAsync(async () => (await seconds(page)) < 3, 'the beginning')
      })
    })

    it.concurrent('calls from the browser, without a microphone, and shows what is said', async () => {
      const word = writeWav(join(dir, 'stop.wav'), say('stop', dir, 'rms'))
      await visit('#/phone', async (page) => {
        await page.getByLabel(/^No microphone/).check()
        await page.getByRole('button', { name: 'Call', exact: true }).click()
        await page.getByText('Connected').waitFor(longest)
        const words = page.getByRole('region', { name: 'Conversation' }).first()
        await words.getByText('Hello. How can I help?').waitFor(longest)
        await page.getByLabel('Say as the caller').fill('what are your opening hours')
        await page.getByRole('button', { name: 'Speak' }).click()
        await words.locator('.bubble.caller').getByText(/hours/i).first().waitFor(longest)
        await words
          .locator('.bubble.agent span:not(.pending, .who)', { hasText: /We are open/ })
          .first()
          .waitFor(longest)
        // Its first connection sends nothing: there is another one before the file is played.
        await page.getByLabel(/^Play a WAV/).setInputFiles(word)
        await words.getByText('interrupted').first().waitFor(longest)
        await page.getByRole('button', { name: 'Press 5' }).click()
        await words.getByText('Key', { exact: true }).waitFor(longest)
        await page
          .getByText(/Jitter \d+ ms/)
          .first()
          .waitFor(longest)
        await page.getByRole('button', { name: 'Hang up' }).click()
        await page.getByText(/^completed:/).waitFor(longest)
      })
    })

    it.concurrent('puts a call through to who is registered, on whatever page they are', async () => {
      await visit('#/phone', (agent) =>
        visit('#/phone', async (caller) => {
          await agent.getByLabel('Be reachable as').fill('alice')
          await agent.getByRole('button', { name: 'Register' }).click()
          await agent.getByText('Calls for alice ring here.').waitFor(longest)
          await agent.getByRole('link', { name: 'Latency' }).click()
          const offered = caller.locator(`#numbers option[value="${application}"]`)
          expect(await offered.getAttribute('label')).toBe(`${application} · To Alice`)
          await caller.getByLabel('Number, route, application or flow').fill(application)
          await caller.getByRole('button', { name: 'Call', exact: true }).click()
          await agent.getByRole('alertdialog', { name: 'Call from client:web' }).waitFor(longest)
          expect(await agent.title()).toBe('Call from client:web')
          // It has the focus.
          await agent.keyboard.press('Enter')
          for (const page of [agent, caller]) await page.getByText('Connected').waitFor(longest)
          await agent.getByRole('button', { name: 'Mute' }).click()
          await agent.getByRole('button', { name: 'Unmute' }).waitFor()
          const watched = caller.getByRole('link', { name: 'Everything about this call' })
          between = (await watched.getAttribute('href'))!
          expect(await agent.title()).toBe('Latency · Parley')
          // Of some seconds, so that there is something to look at.
          await caller
            .getByText(/Jitter/)
            .first()
            .waitFor(longest)
          await agent.getByRole('button', { name: 'Hang up' }).click()
          await caller.getByText(/^completed:/).waitFor(longest)
        }),
      )
    })

    it.concurrent('talks to an app by hand', async () => {
      await visit('#/talk', async (page) => {
        await page.getByLabel('WebSocket of the app').fill(app.url)
        await page.getByRole('button', { name: 'Connect' }).click()
        await page.getByLabel('What the caller says').fill('hello by hand')
        await page.getByRole('button', { name: 'Send' }).first().click()
        await page.locator('.answer').getByText(answer).waitFor(longest)
        await page.getByRole('button', { name: 'Press 7' }).click()
        await page.locator('.row.received .sign.bad').waitFor(longest)
        await page.getByLabel('Text heard before').fill('We are open')
        await page.getByRole('button', { name: 'Interrupt' }).click()
        await page.getByRole('button', { name: 'End', exact: true }).click()
        await page.getByText('by hand', { exact: true }).waitFor()
        const prompt = { type: 'prompt', voicePrompt: 'hello by hand', last: true }
        const talked = app.connections.find(({ received: [, second] }) => {
          return second?.frame['voicePrompt'] === prompt.voicePrompt
        })
        expect(talked?.received.map(({ frame }) => frame)).toMatchObject([
          { type: 'setup' },
          prompt,
          { type: 'dtmf', digit: '7' },
          { type: 'interrupt', utteranceUntilInterrupt: 'We are open' },
        ])
      })
    })

    it.concurrent('asks for the admin key where one is set', async () => {
      const look = async (page: Page) => {
        await page.getByLabel('Admin key').fill('guess')
        await page.getByRole('button', { name: 'Sign in' }).click()
        await page.getByText('The key given to sign in is not the admin key.').waitFor(longest)
        expect(await seriousFindings(page)).toEqual([])
        await page.getByLabel('Admin key').fill(adminKey)
        await page.getByRole('button', { name: 'Sign in' }).click()
        await page.getByRole('heading', { name: 'Calls' }).waitFor(longest)
        const [cookie] = await page.context().cookies()
        expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
        await page.getByRole('button', { name: 'Sign out' }).click()
        await page.getByLabel('Admin key').waitFor()
      }
      await visit('', look, { signedIn: false, tolerant: true })
    })
  })

  describe('when they are over', () => {
    it.concurrent('knows everything about it, and each row its moment in the audio', async () => {
      await visit(address, async (page) => {
        const panel = page.getByRole('tabpanel')
        await page.getByRole('button', { name: 'Play', exact: true }).waitFor(longest)
        await isLinked(page, '.line')
        await tab(page, 'Turns')
        for (const stage of [/^Transcript \d/, /^App \d+ ms/]) await panel.getByText(stage).first().waitFor()
        await isLinked(page, '.turn')
        await tab(page, 'Frames')
        await panel.locator('strong', { hasText: /^setup$/ }).click(longest)
        await panel.getByText('"callStatus"').first().waitFor()
        await isLinked(page, '.row')
        await tab(page, 'Events')
        await panel.getByRole('searchbox').fill('interrupt')
        await panel.getByText('heard_ms').first().waitFor(longest)
        await isLinked(page, '.row')
        await tab(page, 'SIP')
        await panel.getByText('INVITE', { exact: true }).click(longest)
        await panel.locator('details[open]').getByText('v=0').waitFor()
        expect(await panel.locator('.step').allInnerTexts()).toEqual(
          expect.arrayContaining([
            expect.stringContaining('200 OK (INVITE)'),
            expect.stringContaining('BYE'),
          ]),
        )
        await isLinked(page, '.ladder li')
        await tab(page, 'Settings')
        await panel.getByRole('rowheader', { name: 'welcomeGreeting', exact: true }).waitFor()
        await isLinked(page, '.settings')
        await tab(page, 'Quality')
        await panel.getByRole('img', { name: 'Quality of RTP over time' }).waitFor(longest)
        await isLinked(page, '.table tbody tr')
        await tab(page, 'Problems')
        await panel.getByText(/sent a frame that the protocol does not allow/).waitFor()
        await page.keyboard.press('ArrowLeft')
        await page.getByRole('tab', { name: 'Settings', selected: true }).waitFor()
        await page.keyboard.press('ArrowRight')
        await isLinked(page, '.problems li')
      })
    })

    it.concurrent('shows the documents and webhooks of a call, with bodies and times', async () => {
      await visit(`${between}?tab=webhooks`, async (page) => {
        const panel = page.getByRole('tabpanel')
        const asked = panel.locator('.row', { hasText: /POST http.*\/voice/ })
        await asked.getByText(/document, took \d+ m?s/).waitFor(longest)
        await asked.locator('summary').click()
        await asked.getByText(`"ApplicationSid": "${application}"`).waitFor()
        await asked.getByText('<Client>alice</Client>').waitFor()
        const told = panel.locator('.row', { hasText: 'delivered' }).last()
        await told.getByText(/1 attempt, took/).waitFor(longest)
        await told.locator('summary').click()
        await told.getByText('completed').first().waitFor()
        await told.getByText(/^1\. POST http.*\/status/).waitFor()
        await isLinked(page, '.row')
      })
    })

    it.concurrent('downloads a call as one file, and opens it without sending it anywhere', async () => {
      const file = join(dir, 'call.parley.tar')
      await visit(address, async (page) => {
        const link = page.getByRole('link', { name: 'Download' })
        const [download] = await Promise.all([page.waitForEvent('download'), link.click(longest)])
        expect(download.suggestedFilename()).toMatch(/^CA[0-9a-f]{32}\.parley\.tar$/)
        await download.saveAs(file)
      })
      expect(readFileSync(file).subarray(0, 13).toString()).toBe('manifest.json')
      await visit('#/open', async (page) => {
        const sent: string[] = []
        page.on('request', (request) => sent.push(request.method()))
        await page.getByLabel(/^File/).setInputFiles(file)
        await page.getByText('How can I help?').waitFor(longest)
        await page
          .locator('del')
          .getByText(/this evening\?/)
          .waitFor()
        await page.getByRole('button', { name: 'Play', exact: true }).click(longest)
        await untilAsync(async () => (await seconds(page)) > 0, 'it to be played')
        expect(sent).not.toContain('POST')
        await page.getByLabel(/^File/).setInputFiles(join(dir, 'parley.yaml'))
        await page.getByText('This is no downloaded call.').waitFor()
      })
    })

    it.concurrent('tells how long answers take, slowest first, by what made them', async () => {
      await visit('#/latency', async (page) => {
        await page.getByRole('rowheader', { name: app.url }).waitFor(longest)
        await page.getByRole('img', { name: 'Distribution' }).waitFor(longest)
        await page.getByLabel('Group by').selectOption('Voice')
        await page.getByRole('link', { name: /hours/i }).first().click()
        await page.getByRole('tab', { name: /^Turns/, selected: true }).waitFor(longest)
        // It plays from where the caller had spoken.
        await untilAsync(async () => (await seconds(page)) > 1, 'the turn to be played')
      })
    })

    const tabs = ['turns', 'frames', 'events', 'sip', 'quality', 'settings', 'problems']
    const views = () => [
      ...['#/calls', '#/phone', '#/flows', '#/latency', '#/talk', '#/open', address],
      ...tabs.map((name) => `${address}?tab=${name}`),
      `${between}?tab=webhooks`,
    ]

    /** Looks at all of them. What axe does to measure is against the pages' policy. */
    const visitAll = (colorScheme: 'dark' | 'light', look: (page: Page, hash: string) => Promise<void>) =>
      visit(
        '',
        async (page) => {
          await page.emulateMedia({ colorScheme })
          for (const hash of views()) {
            await page.goto(`/${hash}`)
            await page.getByRole('heading', { level: 1 }).waitFor(longest)
            await look(page, hash)
          }
        },
        { tolerant: true },
      )

    it.concurrent('is in reach of everybody: axe has nothing serious to say', () =>
      visitAll('light', async (page, hash) => expect(await seriousFindings(page), hash).toEqual([])))

    it.concurrent('can be read in the dark, and on a telephone', () =>
      visitAll('dark', async (page, hash) => {
        await page.setViewportSize({ width: 360, height: 720 })
        const width = Number(await page.evaluate('document.documentElement.scrollWidth'))
        expect(width, hash).toBeLessThanOrEqual(360)
        expect(await seriousFindings(page, ['color-contrast']), hash).toEqual([])
      }))
  })
})
