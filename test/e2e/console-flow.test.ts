import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flow, on, say, state } from '../studio/support/flows.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { complaintsOf, seriousFindings, startBrowser } from './support/web-pages.js'

const sid = `FW${'8'.repeat(32)}`
const longest = { timeout: 20_000 }

const gather = (name: string, next: string) =>
  state(name, 'gather-input-on-call', {
    properties: { say: 'Press one.', timeout: 20, stop_gather: true, number_of_digits: 1 },
    transitions: [on('keypress', next), on('speech', next), on('timeout', name)],
  })
const reception = flow(
  'menu',
  gather('menu', 'confirm'),
  gather('confirm', 'bye'),
  say('bye', 'Bye.', 'menu'),
)

describe.skipIf(lacks('baresip-core', 'flite', 'chromium'))('the console, with a flow', () => {
  let dir: string
  let relay: TestRelay
  let browser: Browser

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-flow-'))
    const file = join(dir, 'reception.json')
    writeFileSync(file, JSON.stringify(reception))
    ;[relay, browser] = await Promise.all([
      TestRelay.start(dir, {
        studio: { flows: [{ file, sid, friendlyName: 'Reception', numbers: ['1000'] }] },
      }),
      startBrowser(),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await relay?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('draws it, and shows where a call is in it as it goes on', async () => {
    const context = await browser.newContext({ baseURL: `http://127.0.0.1:${relay.httpPort}` })
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    await page.goto('/#/flows')
    await page.getByRole('cell', { name: '1000' }).waitFor(longest)
    await page.getByRole('link', { name: 'Reception' }).click()
    await page.getByText('Live', { exact: true }).waitFor(longest)
    const widget = (name: string) => page.locator(`[data-widget="${name}"]`)
    const here = (name: string) => page.locator(`[data-widget="${name}"][aria-current="step"]`)
    expect(await page.locator('[data-widget]').count()).toBe(4)

    const phone = await Baresip.start({ dir: join(dir, 'phone'), codec: 'G722' })
    try {
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      await here('menu').waitFor(longest)
      await page.getByRole('region', { name: 'Executions' }).getByRole('link').first().click()
      await page.getByText('Now at menu').waitFor(longest)
      await phone.command('sndcode 1')
      await here('confirm').waitFor(longest)
      await page.getByText('Now at confirm').waitFor()
      expect(await page.locator('.edge.taken').count()).toBe(2)

      const step = page.locator('.steps details', { hasText: 'keypress' })
      await step.locator('summary').click()
      await step.getByText('"Digits": "1"').waitFor(longest)
      await page.getByRole('link', { name: 'Its call' }).click()
      await page.getByRole('link', { name: 'Reception, now at confirm' }).click(longest)

      await widget('Trigger').focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.getByRole('region', { name: 'Widget menu' }).getByText('keypress → confirm').waitFor(longest)
      for (const theme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme: theme })
        expect(await seriousFindings(page), theme).toEqual([])
      }
    } finally {
      await phone.stop()
    }
    await page.getByText(/^Over: /).waitFor(longest)
    expect(await page.locator('[aria-current="step"]').count()).toBe(0)
    await page.setViewportSize({ width: 360, height: 720 })
    expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(360)
    expect(complaints).toEqual([])
  })
})
