/** Writes docs/images: the console's pages, of a real call to the demo app. Needs what `npm test` sets up. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { Baresip } from '../../test/e2e/support/baresip.js'
import { freePort } from '../../test/e2e/support/ports.js'
import { TestRelay } from '../../test/e2e/support/relay.js'
import { say } from '../../test/e2e/support/speech.js'
import { startBrowser } from '../../test/e2e/support/web-pages.js'
import { receptionFlow } from './reception-flow.js'

const images = new URL('../../docs/images/', import.meta.url).pathname
const dir = mkdtempSync(join(tmpdir(), 'parley-screens-'))
const demoPort = await freePort()
const flowSid = `FW${'8'.repeat(32)}`
const file = join(dir, 'reception.json')
writeFileSync(file, JSON.stringify(receptionFlow))
const relay = await TestRelay.start(dir, {
  demo: { enabled: true, port: demoPort },
  recording: { enabled: true },
  studio: { flows: [{ file, sid: flowSid, friendlyName: 'Reception', numbers: ['2000'] }] },
})
const browser = await startBrowser(['--allow-loopback-in-peer-connection'])
try {
  mkdirSync(images, { recursive: true })
  const callSid = await makeCall()
  const context = await browser.newContext({
    baseURL: `http://127.0.0.1:${relay.httpPort}`,
    viewport: { width: 1200, height: 800 },
    colorScheme: 'light',
  })
  const page = await context.newPage()
  await shoot(page, `#/calls/${callSid}`, 'console-call', '.waveform .main')
  await shoot(page, `#/calls/${callSid}?tab=turns`, 'console-turns', '.turn')
  await shoot(page, `#/calls/${callSid}?tab=sip`, 'console-sip', '.ladder')
  await shoot(page, '#/latency', 'console-latency', '.chart canvas')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shoot(page, `#/calls/${callSid}`, 'console-call-dark', '.waveform .main')
  await page.goto('/#/talk')
  await page.getByLabel('WebSocket of the app').fill(`ws://127.0.0.1:${demoPort}/ws`)
  await page.getByRole('button', { name: 'Connect' }).click()
  await page.getByLabel('What the caller says').fill('what are your opening hours')
  await page.getByRole('button', { name: 'Send' }).first().click()
  await page.locator('.row.received').first().waitFor()
  await capture(page, 'console-talk')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/#/phone')
  await page.getByLabel(/^No microphone/).check()
  await page.getByLabel('Number, route, application or flow').fill('1000')
  await page.getByRole('button', { name: 'Call', exact: true }).click()
  await page.getByText('Hello, this is the Parley demo').waitFor()
  await page.getByLabel('Say as the caller').fill('what are your opening hours')
  await page.getByRole('button', { name: 'Speak' }).click()
  await page.locator('.bubble.agent', { hasText: /We are open/ }).waitFor()
  await page.evaluate('scrollTo(0, 0)')
  await capture(page, 'console-phone')
  await page.getByRole('button', { name: 'Hang up' }).click()
  await shootFlow(page)
} finally {
  await browser.close()
  await relay.stop()
  rmSync(dir, { recursive: true, force: true })
}

/** A caller asks, interrupts, and says goodbye. @returns the call's SID */
async function makeCall(): Promise<string> {
  const phone = await Baresip.start({ dir: join(dir, 'phone'), codec: 'opus', user: 'alice' })
  await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  await pause(8500)
  for (const [words, ms] of [
    ['what are your opening hours', 5000],
    ['book a table', 6500],
    ['goodbye', 5000],
  ] as const) {
    await phone.speak(say(words, dir, 'rms'))
    await pause(ms)
  }
  await phone.stop()
  await pause(1500)
  const { calls } = (await (await relay.get('/api/calls')).json()) as { calls: { callSid: string }[] }
  return calls[0]!.callSid
}

/** A call that has been told the opening hours, and is about to book a table. */
async function shootFlow(page: Page): Promise<void> {
  await page.goto(`/#/flows/${flowSid}`)
  const phone = await Baresip.start({ dir: join(dir, 'flow-phone'), codec: 'opus', user: 'bob' })
  try {
    await phone.dial(`sip:2000@127.0.0.1:${relay.sipPort}`)
    const here = (name: string) => page.locator(`[data-widget="${name}"][aria-current="step"]`).waitFor()
    await here('menu')
    await page.getByRole('region', { name: 'Executions' }).getByRole('link').first().click()
    await page.getByText('Now at menu').waitFor()
    await phone.command('sndcode 1')
    await here('hours')
    await here('menu')
    await phone.command('sndcode 2')
    await here('table')
    await capture(page, 'console-flow')
    await shoot(page, '#/calls', 'console-calls', 'table.calls')
  } finally {
    await phone.stop()
  }
}

async function shoot(page: Page, hash: string, name: string, shown: string): Promise<void> {
  await page.goto(`/${hash}`)
  await page.locator(shown).first().waitFor()
  await capture(page, name)
}

async function capture(page: Page, name: string): Promise<void> {
  // Pictures are drawn a moment after their figures are there.
  await page.waitForTimeout(700)
  await page.screenshot({ path: join(images, `${name}.png`) })
}
