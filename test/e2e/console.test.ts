import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { say } from './support/speech.js'
import { complaintsOf, seriousFindings, startBrowser } from './support/web-pages.js'

const answer =
  'We are open from nine until six in the evening, and on Sundays from ten until four in the afternoon. ' +
  'Would you like me to look whether there is a table for you this evening?'
const longest = { timeout: 20_000 }

/** Puts calls through to a browser. */
const document = createServer((_, reply) => {
  reply.setHeader('content-type', 'text/xml')
  reply.end('<Response><Dial><Client>alice</Client></Dial></Response>')
})

let dir: string
let app: TestApp
let relay: TestRelay
let browser: Browser
let context: BrowserContext

describe.skipIf(lacks('baresip-core', 'flite', 'chromium'))('the console', () => {
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-console-'))
    app = await TestApp.start()
    await new Promise<void>((resolve) => document.listen(0, '127.0.0.1', resolve))
    const voiceUrl = `http://127.0.0.1:${(document.address() as AddressInfo).port}/`
    app.onFrame = ({ type }, connection) => {
      if (type === 'prompt') connection.send({ type: 'text', token: answer, last: true })
      if (type === 'dtmf') connection.send({ type: 'txt', token: 'wrong' })
    }
    const hints = ['what are your opening hours', 'stop']
    const relays = { url: app.url, hints, dtmfDetection: true, welcomeGreeting: 'Hello. How can I help?' }
    ;[relay, browser] = await Promise.all([
      TestRelay.start(dir, {
        routes: [{ to: '1000', relay: relays, record: true }],
        twilio: { numbers: [{ number: '+15550002000', voiceUrl }] },
      }),
      startBrowser(['--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection']),
    ])
    context = await browser.newContext({ baseURL: `http://127.0.0.1:${relay.httpPort}` })
  })
  afterAll(async () => {
    await browser?.close()
    await relay?.stop()
    await app?.stop()
    document.close()
    rmSync(dir, { recursive: true, force: true })
  })

  // Each holds a connection, of which browsers have six for one relay.
  afterEach(async () => {
    for (const page of context.pages()) await page.close()
  })

  const open = async (hash: string, own = context): Promise<{ page: Page; complaints: string[] }> => {
    const page = await own.newPage()
    const complaints = complaintsOf(page)
    await page.goto(`/${hash}`)
    return { page, complaints }
  }
  const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()

  /** The call that the first test makes, and the others look at. */
  let address = ''

  it('shows a call while it happens, and plays it when it is over', async () => {
    const { page, complaints } = await open('')
    await page.getByText('No calls yet').waitFor(longest)
    const phone = await Baresip.start({ dir: join(dir, 'phone'), codec: 'G722' })
    try {
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      await page.getByRole('link', { name: /caller.* → 1000/ }).click(longest)
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
      // Its two lanes grow meanwhile.
      await page.getByRole('slider', { name: 'Position in the call' }).waitFor(longest)
      await phone.hangup()
    } finally {
      await phone.stop()
    }
    await page.getByText('completed').waitFor(longest)
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor(longest)
    const position = page.getByRole('slider', { name: 'Position in the call' })
    const caller = page.locator('.line.caller', { hasText: /hours/i }).getByRole('button')
    await caller.click()
    await page.getByRole('button', { name: 'Pause' }).waitFor(longest)
    await expect.poll(async () => Number(await position.getAttribute('aria-valuenow'))).toBeGreaterThan(1)
    await position.press('Home')
    await expect.poll(async () => Number(await position.getAttribute('aria-valuenow'))).toBeLessThan(3)
    expect(complaints).toEqual([])
  })

  it('knows everything about it: turns, frames, events, SIP, settings, problems', async () => {
    const { page, complaints } = await open(address)
    const panel = page.getByRole('tabpanel')
    await tab(page, 'Turns')
    await panel
      .getByText(/^Transcript \d/)
      .first()
      .waitFor(longest)
    await panel
      .getByText(/^App \d+ ms/)
      .first()
      .waitFor()
    await tab(page, 'Frames')
    await panel.locator('strong', { hasText: /^setup$/ }).click(longest)
    await panel.getByText('"callStatus"').first().waitFor()
    await tab(page, 'Events')
    await panel.getByRole('searchbox').fill('interrupt')
    await panel.getByText('heard_ms').first().waitFor(longest)
    await tab(page, 'SIP')
    await panel.getByText('INVITE', { exact: true }).click(longest)
    await panel.locator('details[open]').getByText('v=0').waitFor()
    expect(await panel.locator('.step').allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('200 OK (INVITE)'), expect.stringContaining('BYE')]),
    )
    await tab(page, 'Settings')
    await panel.getByRole('rowheader', { name: 'welcomeGreeting', exact: true }).waitFor()
    await tab(page, 'Quality')
    await panel.getByRole('img', { name: 'Quality of RTP over time' }).waitFor(longest)
    await tab(page, 'Problems')
    await panel.getByText(/sent a frame that the protocol does not allow/).waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('tab', { name: 'Settings', selected: true }).waitFor()
    expect(complaints).toEqual([])
  })

  it('calls from the browser, without a microphone, and shows what is said', async () => {
    const { page, complaints } = await open('#/phone')
    await page.getByLabel(/^No microphone/).check()
    await page.getByLabel('Number, route, application or flow').fill('1000')
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await page.getByText('Connected').waitFor(longest)
    const words = page.getByRole('region', { name: 'Conversation' }).first()
    await words.getByText('Hello. How can I help?').waitFor(longest)
    await page.getByLabel('Say as the caller').fill('what are your opening hours')
    await page.getByRole('button', { name: 'Speak' }).click()
    await words.locator('.bubble.caller').getByText(/hours/i).first().waitFor(longest)
    await words
      .locator('.bubble.agent')
      .getByText(/We are open/)
      .first()
      .waitFor(longest)
    await page.getByRole('button', { name: 'Press 5' }).click()
    await words.getByText('Key', { exact: true }).waitFor(longest)
    await page
      .getByText(/Jitter \d+ ms/)
      .first()
      .waitFor(longest)
    await page.getByRole('button', { name: 'Hang up' }).click()
    await page.getByText(/^completed:/).waitFor(longest)
    expect(complaints).toEqual([])
  })

  it('is called by a name, and answers', async () => {
    const [{ page: agent }, { page: caller }] = await Promise.all([open('#/phone'), open('#/phone')])
    for (const page of [agent, caller]) await page.getByLabel(/^No microphone/).check()
    await agent.getByLabel('Be reachable as').fill('alice')
    await agent.getByRole('button', { name: 'Register' }).click()
    await agent.getByText('Calls for alice ring here.').waitFor(longest)
    await caller.getByLabel('Number, route, application or flow').fill('+15550002000')
    await caller.getByRole('button', { name: 'Call', exact: true }).click()
    await agent.getByRole('alertdialog').getByRole('button', { name: 'Accept' }).click(longest)
    for (const page of [agent, caller]) await page.getByText('Connected').waitFor(longest)
    await agent.getByRole('button', { name: 'Hang up' }).click()
    for (const page of [agent, caller]) await page.getByText(/^completed:/).waitFor(longest)
  })

  it('downloads a call as one file, and opens it anywhere without sending it anywhere', async () => {
    const { page } = await open(address)
    const link = page.getByRole('link', { name: 'Download' })
    const [download] = await Promise.all([page.waitForEvent('download'), link.click(longest)])
    const file = join(dir, download.suggestedFilename())
    await download.saveAs(file)
    expect(readFileSync(file).subarray(0, 13).toString()).toBe('manifest.json')

    const { page: other, complaints } = await open('#/open')
    const sent: string[] = []
    other.on('request', (request) => sent.push(request.method()))
    await other.getByLabel(/^File/).setInputFiles(file)
    await other.getByText('How can I help?').waitFor(longest)
    await other
      .locator('del')
      .getByText(/this evening\?/)
      .waitFor()
    await other.getByRole('button', { name: 'Play', exact: true }).click(longest)
    const position = other.getByRole('slider', { name: 'Position in the call' })
    await expect.poll(async () => Number(await position.getAttribute('aria-valuenow'))).toBeGreaterThan(0)
    expect(sent).not.toContain('POST')
    await other.getByLabel(/^File/).setInputFiles(join(dir, 'parley.yaml'))
    await other.getByText('This is no downloaded call.').waitFor()
    expect(complaints).toEqual([])
  })

  it('tells how long answers take, slowest first, by what made them', async () => {
    const { page, complaints } = await open('#/latency')
    await page.getByRole('rowheader', { name: app.url }).waitFor(longest)
    await page.getByRole('img', { name: 'Distribution' }).waitFor(longest)
    await page.getByLabel('Group by').selectOption('Voice')
    await page.getByRole('link', { name: /hours/i }).first().click()
    await page.getByRole('tab', { name: /^Turns/, selected: true }).waitFor(longest)
    expect(complaints).toEqual([])
  })

  it('talks to an app by hand', async () => {
    const { page, complaints } = await open('#/talk')
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
    const { received } = app.connections.at(-1)!
    expect(received.map(({ frame }) => frame.type)).toEqual(['setup', 'prompt', 'dtmf', 'interrupt'])
    expect(received[1]!.frame).toMatchObject({ voicePrompt: 'hello by hand', last: true })
    expect(complaints).toEqual([])
  })

  it('is in reach of everybody: axe has nothing serious to say, dark or light', async () => {
    const own = await browser.newContext({ baseURL: `http://127.0.0.1:${relay.httpPort}` })
    const { page } = await open('', own)
    for (const theme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme: theme as 'dark' | 'light' })
      for (const hash of [
        '#/calls',
        address,
        `${address}?tab=turns`,
        `${address}?tab=frames`,
        `${address}?tab=sip`,
        `${address}?tab=problems`,
        '#/phone',
        '#/latency',
        '#/talk',
        '#/open',
      ]) {
        await page.goto(`/${hash}`)
        await page.getByRole('heading', { level: 1 }).waitFor(longest)
        expect(await seriousFindings(page), `${theme} ${hash}`).toEqual([])
      }
    }
    // Nothing is wider than a telephone.
    await page.setViewportSize({ width: 360, height: 720 })
    for (const hash of ['#/calls', address, '#/phone', '#/latency', '#/talk']) {
      await page.goto(`/${hash}`)
      await page.getByRole('heading', { level: 1 }).waitFor(longest)
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'))
      expect(width, hash).toBeLessThanOrEqual(360)
    }
    await own.close()
  })

  it('asks for the admin key where one is set', async () => {
    const guarded = await TestRelay.start(join(dir), {
      http: { host: '127.0.0.1', port: relay.httpPort + 1, adminKey: 's3cret' },
      data: { dir: join(dir, 'guarded') },
      routes: [],
    })
    const own = await browser.newContext({ baseURL: `http://127.0.0.1:${relay.httpPort + 1}` })
    try {
      const { page } = await open('', own)
      await page.getByLabel('Admin key').fill('guess')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('The key given to sign in is not the admin key.').waitFor(longest)
      expect(await seriousFindings(page)).toEqual([])
      await page.getByLabel('Admin key').fill('s3cret')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('No calls yet').waitFor(longest)
      const [cookie] = await own.cookies()
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByLabel('Admin key').waitFor()
    } finally {
      await own.close()
      await guarded.stop()
    }
  })
})
