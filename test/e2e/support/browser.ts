import { type Browser, chromium, type Page } from 'playwright-core'

/** What pages have of the web phone; its own types need those of browsers. */
export interface PhoneInPage {
  readonly state: string
  readonly callSid: string
  readonly ending: { readonly status: string; readonly by: string; readonly reason: string } | undefined
  on(event: string, handler: (value: unknown) => void): () => void
  hangup(): void
  press(digits: string): void
  mute(on: boolean): void
  say(text: string): Promise<void>
  play(wav: string): Promise<void>
  levels(): { readonly input: number; readonly output: number }
  quality(): Promise<{
    readonly received: Figures
    readonly sent: Figures
    readonly roundTripMs: number | undefined
  }>
}

export interface Figures {
  readonly loss: number | undefined
  readonly jitterMs: number | undefined
  readonly packets: number | undefined
}

export interface IncomingInPage {
  readonly from: string
  readonly parameters: Readonly<Record<string, string>>
  accept(options?: object): Promise<PhoneInPage>
  reject(): void
}

/** Globals of a page that `openPhone` has opened. */
export interface PhonePage {
  readonly parley: {
    call(options: object): Promise<PhoneInPage>
    register(options: object): {
      readonly state: string
      on(event: string, handler: (value: IncomingInPage) => void): () => void
    }
  }
  /** The test's own. */
  phone: PhoneInPage
  states: string[]
}

/** The system's Chromium. @param microphone a WAV that is heard once; without one it beeps */
export function startChromium(microphone?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}%noloop`]),
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
    ],
  })
}

/** A page of the relay's, with the web phone as its global `parley`. */
export async function openPhone(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/healthz`)
  await page.evaluate(async (file) => {
    Object.assign(globalThis, { parley: await import(file), states: [] })
  }, '/web/parley.js')
  return page
}
