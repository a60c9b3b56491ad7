import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppConnection, TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { locate, trimmed } from './support/locate.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { type RtpContent, SipCaller } from './support/sip-caller.js'
import { say } from './support/speech.js'
import { until } from './support/wait.js'

const greeting =
  'This is a rather long greeting, which tells you about everything that you can do here, so that there is time ' +
  'enough to press a key before it is over.'

describe.skipIf(lacks('baresip-core', 'flite'))('keys', () => {
  let dir: string
  let app: TestApp
  let relay: TestRelay
  let lifted: Baresip | undefined
  let phones = 0

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    const settings = { url: app.url, dtmfDetection: true, events: 'speaker-events tokens-played' }
    relay = await TestRelay.start(dir, {
      routes: [
        { to: '1000', relay: settings },
        { to: '1001', relay: { ...settings, welcomeGreeting: greeting } },
      ],
    })
  })
  afterEach(async () => {
    app.onFrame = () => {}
    await lifted?.stop()
    lifted = undefined
  })
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  async function call(number: string, codec: 'G722' | 'PCMU') {
    const phone = await Baresip.start({ dir: join(dir, `phone-${phones++}`), codec })
    lifted = phone
    const nth = app.connections.length
    await phone.dial(`sip:${number}@127.0.0.1:${relay.sipPort}`)
    const connection = await app.connection(nth)
    await connection.frame('setup')
    return { phone, connection }
  }

  const digits = (connection: AppConnection) =>
    connection
      .frames('dtmf')
      .map(({ digit }) => digit)
      .join('')

  it.each(['G722', 'PCMU'] as const)(
    'from a phone with %s: one frame each, as fast as they come',
    async (codec) => {
      const { phone, connection } = await call('1000', codec)
      await phone.command('sndcode 1123456')
      await until(() => digits(connection).length >= 7, 'seven keys')
      await phone.command('sndcode 7890*#')
      await until(() => digits(connection).length >= 13, 'thirteen keys')
      // Repetitions of an event's packets would have followed within a tenth of a second.
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(digits(connection)).toBe('11234567890*#')
      expect(connection.frames('dtmf')[0]).toEqual({ type: 'dtmf', digit: '1' })
    },
  )

  it('a key held long is one key, and so is one whose end is lost', async () => {
    const nth = app.connections.length
    const caller = await SipCaller.dial({ port: relay.sipPort })
    await caller.answered()
    const connection = await app.connection(nth)
    await caller.press(5, 1_500)
    await caller.press(11, 60)
    caller.content = withoutEnd(7, caller.content)
    await until(() => digits(connection).length >= 3, 'three keys')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(digits(connection)).toBe('5#7')
    await caller.hangup()
    caller.close()
  })

  it('by SIP INFO, in both forms', async () => {
    const nth = app.connections.length
    const caller = await SipCaller.dial({ port: relay.sipPort })
    await caller.answered()
    const connection = await app.connection(nth)
    caller.request('INFO', ['Content-Type: application/dtmf-relay'], 'Signal=5\r\nDuration=160\r\n')
    expect((await caller.final('INFO')).status).toBe(200)
    caller.request('INFO', ['Content-Type: application/dtmf'], '#')
    expect((await caller.final('INFO')).status).toBe(200)
    caller.request('INFO', ['Content-Type: application/dtmf-relay'], 'Signal=fish\r\n')
    expect((await caller.final('INFO')).status).toBe(400)
    await until(() => digits(connection).length >= 2, 'two keys')
    expect(digits(connection)).toBe('5#')
    await caller.hangup()
    caller.close()
  })

  it('to a phone: digits in their order, with pauses, in the order of the queue', async () => {
    const { phone, connection } = await call('1000', 'G722')
    connection.send({ type: 'text', token: 'Please hold the line.', last: true })
    connection.send({ type: 'sendDigits', digits: '4ww2#' })
    await connection.frame('info', ({ value }) => value === '4ww2#')
    await until(() => phone.digits.length >= 3, 'three keys at the phone')
    expect(phone.digits.map(({ digit }) => digit).join('')).toBe('42#')
    const [four, two] = phone.digits
    const spoken = connection.received.find(({ frame }) => frame['value'] === 'Please hold the line.')!
    expect(four!.at).toBeGreaterThan(spoken.at - 50)
    // Two pauses of 500 ms after a key of 100 ms and its gap; the phone's own lateness may shorten what is seen.
    expect(two!.at - four!.at).toBeGreaterThan(1_050)
  })

  it('barge-in on the greeting, in the order recorded on real calls', async () => {
    app.onFrame = ({ type }, connection) => {
      if (type !== 'dtmf') return
      connection.send({ type: 'text', token: 'Key', last: false })
      connection.send({ type: 'text', token: ' 9.', last: true })
    }
    const { phone, connection } = await call('1001', 'G722')
    await connection.frame('info', ({ name, value }) => name === 'agentSpeaking' && value === 'on')
    await until(
      () => phone.heard().samples.some((sample) => Math.abs(sample) > 1_000),
      'the greeting to be heard',
    )
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await phone.command('sndcode 9')
    await connection.frame('info', ({ name, value }) => name === 'tokensPlayed' && value === 'Key 9.')
    await until(() => connection.frames('info').length >= 6, 'the end of the reply')

    const [, ...frames] = connection.received.map(({ frame }) => frame)
    const heard = (frames.find(({ type }) => type === 'interrupt')?.['utteranceUntilInterrupt'] ??
      '') as string
    expect(greeting.startsWith(heard)).toBe(true)
    expect(heard.length).toBeGreaterThan('This'.length)
    expect(heard.length).toBeLessThan(greeting.length)
    expect(frames).toEqual([
      { type: 'info', name: 'agentSpeaking', value: 'on' },
      { type: 'dtmf', digit: '9' },
      { type: 'info', name: 'tokensPlayed', value: heard },
      { type: 'interrupt', utteranceUntilInterrupt: heard, durationUntilInterruptMs: expect.any(Number) },
      { type: 'info', name: 'agentSpeaking', value: 'off' },
      // The reply crossed the interrupt and was not purged by it.
      { type: 'info', name: 'agentSpeaking', value: 'on' },
      { type: 'info', name: 'tokensPlayed', value: 'Key 9.' },
      { type: 'info', name: 'agentSpeaking', value: 'off' },
    ])
    const times = connection.received.filter(({ frame }) => ['dtmf', 'interrupt'].includes(frame.type))
    expect(times[1]!.at - times[0]!.at).toBeLessThan(50)
    expect(locate(trimmed(say('Key 9.', dir)), phone.heard()).match).toBeGreaterThan(0.8)
  })
})

/** An RFC 4733 event of 100 ms whose end packets are lost, then audio as before. */
function withoutEnd(event: number, audio: (index: number) => RtpContent): (index: number) => RtpContent {
  let start: number | undefined
  return (index) => {
    start ??= index
    const sent = index - start + 1
    if (sent > 5) return audio(index)
    const payload = Buffer.from([event, 0x0a, 0, 0])
    payload.writeUInt16BE(sent * 160, 2)
    return { payload, type: 101, marker: sent === 1, timestamp: start * 160 }
  }
}
