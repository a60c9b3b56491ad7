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

/** Globals of a page that `openPhone` has opened; functions that run in it find them as `inPage`. */
export interface PhonePage {
  readonly parley: {
    call(options: object): Promise<PhoneInPage>
    register(options: object): {
      readonly state: string
      on(event: string, handler: (value: IncomingInPage) => void): () => void
    }
  }
  /** A MediaStream that hums. */
  tone(): unknown
  /** The test's own. */
  phone: PhoneInPage
  states: string[]
}

/** The system's Chromium. @param microphone a WAV that is heard again and again; without one it beeps */
export function startChromium(microphone?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}`]),
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
  // As text: what compiles the tests would put helpers of its own into a function.
  await page.evaluate(
    `import('/web/parley.js').then((parley) => {
      const tone = () => {
        const context = new AudioContext()
        const sound = new MediaStreamAudioDestinationNode(context)
        const source = new OscillatorNode(context, { frequency: 440 })
        source.connect(sound)
        source.start()
        return sound.stream
      }
      Object.assign(globalThis, { parley, tone, states: [], inPage: globalThis })
    })`,
  )
  return page
}
