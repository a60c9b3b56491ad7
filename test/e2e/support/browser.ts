import { type Browser, chromium, type Page } from 'playwright-core'

/** The system's Chromium, whose microphone is a WAV. */
export async function startChromium(microphone: string): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}%noloop`,
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
    ],
  })
}

/** A page of the relay's, with the web phone as `parley`. */
export async function openPhone(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  page.on('console', (message) => console.log(`browser: ${message.text()}`))
  page.on('pageerror', (error) => console.log(`browser: ${error.stack}`))
  await page.goto(`${url}/healthz`)
  await page.evaluate(async () => {
    const module = '/web/parley.js'
    Object.assign(window, { parley: await import(module) })
  })
  return page
}
