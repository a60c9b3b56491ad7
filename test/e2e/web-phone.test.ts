import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IncomingInPage, openPhone, type PhonePage, startChromium } from './support/browser.js'
import { Coturn, routeOf, throughTurn } from './support/coturn.js'
import { MediaProxy } from './support/media-proxy.js'
import { lacks } from './support/needs.js'
import { freePort } from './support/ports.js'
import { TestRelay } from './support/relay.js'
import { concat, recognise, say, silence, writeWav } from './support/speech.js'
import { TwilioApp } from './support/twilio-app.js'
import { until, untilAsync } from './support/wait.js'
import { WebPeer } from './support/web-peer.js'

/** @see PhonePage */
const inPage = globalThis as unknown as PhonePage
const question = 'what are your opening hours'
const origin = 'https://app.example.com'
const authToken = 'a-token-of-the-tests'

/** A caller who talks to an app, and is then handed on to a person. */
const pages = {
  '/voice': () =>
    '<Response><Connect action="/action"><ConversationRelay url="wss://app.example.com/ws"/></Connect></Response>',
  '/action': () => '<Response><Dial answerOnBridge="true"><Client>alice</Client></Dial></Response>',
}

describe.skipIf(lacks('chromium', 'flite', 'pocketsphinx'))('the web phone', () => {
  let dir: string
  let relay: TestRelay
  let app: TwilioApp
  let speaking: Browser
  let beeping: Browser
  let turn: Coturn | undefined
  const open = (browser: Browser) => openPhone(browser, `http://127.0.0.1:${relay.httpPort}`)

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TwilioApp.start(origin, authToken, pages)
    turn = lacks('coturn') ? undefined : await Coturn.start()
    relay = await TestRelay.start(dir, {
      webrtc: { iceServers: turn ? [{ url: turn.url, secret: turn.secret }] : [] },
      demo: { enabled: true, port: await freePort() },
      recording: { enabled: true },
      media: { shards: 1 },
      twilio: {
        accountSid: 'AC00000000000000000000000000000007',
        authToken,
        hosts: { 'app.example.com': app.address },
        numbers: [{ number: '2000', voiceUrl: `${origin}/voice` }],
      },
    })
    const speech = concat(silence(5_000), say(question, dir, 'rms'), silence(9_000))
    speaking = await startChromium(writeWav(join(dir, 'microphone.wav'), speech))
    beeping = await startChromium()
  })
  afterAll(async () => {
    await Promise.all([speaking?.close(), beeping?.close()])
    await relay?.stop()
    await app?.stop()
    turn?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it.concurrent('speaks with the demo, interrupts it, and presses keys', async () => {
    const tab = await open(speaking)
    const callSid = await dial(tab, { to: '1000' })
    await heard(relay, callSid, /opening hours/)
    await tab.evaluate(() => inPage.phone.press('0'))
    await told(relay, callSid, 'dtmf')
    const quality = await tab.evaluate(() => inPage.phone.quality())
    expect(quality.received.packets).toBeGreaterThan(100)
    expect(quality.sent.packets).toBeGreaterThan(100)
    expect(quality.roundTripMs).toBeLessThan(1000)
    await tab.evaluate(() => inPage.phone.hangup())
    const { call, events } = await ended(relay, callSid)
    expect(call).toMatchObject({
      from: 'client:web',
      to: '1000',
      codec: 'opus',
      status: 'completed',
      endBy: 'caller',
    })
    expect(events).toContain('interrupt')
  })

  it.concurrent('says what is typed, without a microphone', async () => {
    const tab = await open(beeping)
    const callSid = await dial(tab, { to: '1000', input: 'none' })
    await tab.evaluate((text) => inPage.phone.say(text), question)
    await heard(relay, callSid, /opening hours/)
    await tab.evaluate(() => inPage.phone.press('1'))
    await told(relay, callSid, 'dtmf')
    await tab.evaluate(() => inPage.phone.hangup())
    expect((await ended(relay, callSid)).call.status).toBe('completed')
  })

  it.concurrent('comes back after its network was gone for 3 s', async () => {
    const proxy = new MediaProxy()
    try {
      const tab = await open(beeping)
      await proxy.enter(tab)
      const callSid = await dial(tab, { to: '1000' })
      await tab.evaluate(() => inPage.phone.on('state', (state) => inPage.states.push(String(state))))
      await tab.waitForTimeout(1_000)
      proxy.cut()
      await tab.waitForTimeout(3_000)
      proxy.mend()
      const isBack = () =>
        tab.evaluate(() => inPage.states.includes('reconnecting') && inPage.phone.state === 'answered')
      await untilAsync(async () => proxy.offers > 1 && (await isBack()), 'the call to come back', 40_000)
      const before = await tab.evaluate(() => inPage.phone.quality())
      await untilAsync(async () => {
        const now = await tab.evaluate(() => inPage.phone.quality())
        return now.received.packets! > before.received.packets! + 25
      }, 'sound after that')
      await tab.evaluate(() => inPage.phone.hangup())
      expect((await ended(relay, callSid)).call).toMatchObject({ status: 'completed', endBy: 'caller' })
    } finally {
      proxy.close()
    }
  })

  it.skipIf(lacks('coturn')).concurrent(
    'talks through TURN, where nothing else lets it through',
    async () => {
      const tab = await open(beeping)
      await throughTurn(tab)
      const callSid = await dial(tab, { to: '1000' })
      await untilAsync(() => tab.evaluate(() => inPage.phone.levels().output > 0.3), 'the greeting')
      await tab.evaluate(() => inPage.phone.press('1'))
      await told(relay, callSid, 'dtmf')
      expect(await routeOf(tab)).toEqual(['relay', 'relay'])
      await tab.evaluate(() => inPage.phone.hangup())
      expect((await ended(relay, callSid)).call.status).toBe('completed')
    },
  )

  it.concurrent('answers a hand-off in a second browser', async () => {
    const [alice, bob] = [await open(beeping), await open(beeping)]
    await alice.evaluate(async () => {
      const line = inPage.parley.register({ name: 'alice' })
      line.on('incoming', async (incoming: IncomingInPage) => {
        inPage.phone = await incoming.accept({ input: inPage.tone() })
      })
      while (line.state !== 'registered') await new Promise((resolve) => setTimeout(resolve, 20))
    })
    const callSid = await dial(bob, { to: '2000', from: 'bob' }, true)
    const session = await app.connection()
    session.send({ type: 'end', handoffData: '{"reason":"a person is wanted"}' })
    await untilAsync(() => alice.evaluate(() => inPage.phone?.state === 'answered'), 'alice to answer')
    for (const tab of [alice, bob]) {
      await untilAsync(() => tab.evaluate(() => inPage.phone.levels().output > 0.3), 'the other to be heard')
    }
    await bob.evaluate(() => inPage.phone.hangup())
    await untilAsync(() => alice.evaluate(() => inPage.phone.state === 'ended'), 'the call to end for alice')
    const { call } = await ended(relay, callSid)
    expect(call).toMatchObject({ from: 'client:bob', status: 'completed' })
    const [leg] = (await calls(relay)).filter(({ parentCallSid }) => parentCallSid === callSid)
    expect(leg).toMatchObject({ to: 'client:alice', status: 'completed', direction: 'outbound' })
  })

  it.concurrent('takes another WebRTC peer of another site, with a call token', async () => {
    const own = join(dir, 'peer')
    mkdirSync(own)
    const site = { origin: 'https://shop.example.com' }
    const url = `http://127.0.0.1:${relay.httpPort}`
    const refused = await fetch(`${url}/v1/webrtc/calls?to=1000`, { method: 'POST', headers: site })
    expect(refused.status).toBe(401)
    const minted = await fetch(`${url}/v1/webrtc/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ to: '1000', client: 'visitor' }),
    })
    const { token } = (await minted.json()) as { token: string }
    const peer = await WebPeer.call(url, { ...site, authorization: `Bearer ${token}` })
    try {
      await until(() => peer.seconds > 9, 'the greeting', 40_000)
      await peer.hangup()
      expect(recognise(peer.heard(), own)).toMatch(/opening hours|book a table|person/)
      expect((await calls(relay)).some(({ from }) => from === 'client:visitor')).toBe(true)
    } finally {
      await peer.close()
    }
  })
})

/**
 * Calls from a page. Resolves when the call is answered.
 * @param humming whether a tone is the caller's voice
 * @returns its SID
 */
async function dial(tab: Page, options: object, humming = false): Promise<string> {
  await tab.evaluate(
    async ([wanted, hum]) => {
      inPage.phone = await inPage.parley.call({ ...wanted, ...(hum && { input: inPage.tone() }) })
    },
    [options, humming] as const,
  )
  await untilAsync(() => tab.evaluate(() => inPage.phone.state === 'answered'), 'the call to be answered')
  return tab.evaluate(() => inPage.phone.callSid)
}

interface CallRecord {
  readonly callSid: string
  readonly parentCallSid: string | null
  readonly from: string
  readonly to: string
  readonly status: string
  readonly direction: string
}

interface TimelineEntry {
  readonly name: string
}

async function calls(relay: TestRelay): Promise<readonly CallRecord[]> {
  const { calls } = (await (await relay.get('/v1/calls')).json()) as { calls: CallRecord[] }
  return calls
}

async function details(relay: TestRelay, callSid: string) {
  const body = (await (await relay.get(`/v1/calls/${callSid}`)).json()) as {
    call: CallRecord
    sessions: { timeline: TimelineEntry[] }[]
  }
  return { call: body.call, timeline: body.sessions.flatMap(({ timeline }) => timeline) }
}

/** Waits until the relay has understood something. */
function heard(relay: TestRelay, callSid: string, what: RegExp): Promise<void> {
  return untilAsync(
    async () =>
      (await details(relay, callSid)).timeline.some(
        (entry) => entry.name === 'prompt_sent' && what.test(JSON.stringify(entry)),
      ),
    `${what} to be heard`,
    40_000,
    500,
  )
}

function told(relay: TestRelay, callSid: string, what: string): Promise<void> {
  return untilAsync(
    async () => (await details(relay, callSid)).timeline.some(({ name }) => name === what),
    `${what} in the timeline`,
  )
}

async function ended(relay: TestRelay, callSid: string) {
  await untilAsync(
    async () => !['ringing', 'in-progress'].includes((await details(relay, callSid)).call.status),
    'the end of the call',
  )
  const { call, timeline } = await details(relay, callSid)
  return { call, events: timeline.map(({ name }) => name) }
}
