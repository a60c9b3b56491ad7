import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createCodec } from '../../src/audio/index.js'
import { type AppConnection, TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { locate, trimmed } from './support/locate.js'
import { lacks } from './support/needs.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { SipCaller } from './support/sip-caller.js'
import { type Pcm, say } from './support/speech.js'
import { until } from './support/wait.js'

const rtpTimeoutMs = 1_000
const longerThanTimeout = () => new Promise((resolve) => setTimeout(resolve, rtpTimeoutMs * 2))
const question = 'what are your opening hours'

describe.skipIf(lacks('baresip-core', 'flite'))('hold', () => {
  let dir: string
  let app: TestApp
  let relay: TestRelay
  let phone: Baresip | undefined

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    relay = await TestRelay.start(dir, {
      rtp: { timeoutMs: rtpTimeoutMs },
      routes: [{ to: '1000', relay: { url: app.url, events: 'tokens-played', hints: [question] } }],
    })
  })
  afterEach(async () => {
    await phone?.stop()
    phone = undefined
  })
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('a phone holds and resumes, twice: no audio, no RTP timeout, then both ways as before', async () => {
    phone = await Baresip.start({ dir: join(dir, `phone-${app.connections.length}`), codec: 'G722' })
    const nth = app.connections.length
    await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    const connection = await app.connection(nth)

    for (let time = 0; time < 2; time++) {
      await phone.command('hold')
      const held = await settled(phone)
      // This phone sends nothing while it holds, though its SDP says `sendonly`.
      await longerThanTimeout()
      expect(await phone.lastSequence()).toBe(held)
      expect(connection.closed).toBeUndefined()

      await phone.command('resume')
      await packetsCome(phone, held)
      const prompts = connection.frames('prompt').length
      await phone.speak(say(question, dir, 'rms'))
      await until(() => connection.frames('prompt').length > prompts, 'the caller to be understood')
      expect(connection.frames('prompt').at(-1)).toMatchObject({
        voicePrompt: expect.stringContaining('opening hours'),
        last: true,
      })
    }
    await phone.hangup()
    await completed(connection)
  })

  it.each(['sendonly', 'inactive'] as const)(
    'held by %s, what the agent says is heard again after it',
    async (direction) => {
      const caller = await SipCaller.open({ port: relay.sipPort })
      const heard = listen(caller)
      const nth = app.connections.length
      caller.invite()
      await caller.answered()
      const connection = await app.connection(nth)
      await speak(connection, 'Good morning to you.')

      caller.direction = direction
      caller.request('INVITE')
      const { body } = await caller.final()
      expect(body).toContain(direction === 'sendonly' ? 'a=recvonly' : 'a=inactive')
      await new Promise((resolve) => setTimeout(resolve, 100))
      const packets = caller.rtp.length
      await speak(connection, 'Nobody can hear this.')
      expect(caller.rtp.length).toBe(packets)

      caller.direction = 'sendrecv'
      caller.request('INVITE')
      expect((await caller.final()).body).toContain('a=sendrecv')
      await speak(connection, 'Welcome back on the line.')
      await caller.hangup()
      caller.close()
      await completed(connection)

      // Only now: while this process searches it sends no RTP.
      const match = (text: string) => locate(trimmed(say(text, dir)), heard()).match
      expect(match('Good morning to you.')).toBeGreaterThan(0.7)
      expect(match('Nobody can hear this.')).toBeLessThan(0.6)
      expect(match('Welcome back on the line.')).toBeGreaterThan(0.7)
    },
  )

  async function completed(connection: AppConnection): Promise<void> {
    const { call, sessions } = await endedCall(relay, connection.frames('setup')[0]!['callSid'] as string)
    expect(call).toMatchObject({ status: 'completed', endBy: 'caller' })
    expect(sessions).toMatchObject([{ status: 'completed', errorCode: null }])
  }
})

async function speak(connection: AppConnection, text: string): Promise<void> {
  connection.send({ type: 'text', token: text, last: true })
  await connection.frame('info', ({ value }) => value === text)
  // What was sent last may still be on its way.
  await new Promise((resolve) => setTimeout(resolve, 100))
}

/** Collects what a caller with PCMU hears. */
function listen(caller: SipCaller): () => Pcm {
  const codec = createCodec('PCMU')
  const samples: number[] = []
  const frame = new Int16Array(160)
  caller.heard = (payload) => {
    codec.decode(payload, frame)
    samples.push(...frame)
  }
  return () => ({ sampleRate: 8_000, samples: Int16Array.from(samples) })
}

/** Waits until no packets come. @returns the last one's sequence number */
async function settled(phone: Baresip): Promise<number> {
  for (let last = -1; ; ) {
    const now = await phone.lastSequence()
    if (now === last) return now
    last = now
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Waits for half a second's packets after `held`. */
async function packetsCome(phone: Baresip, held: number): Promise<void> {
  const end = Date.now() + 10_000
  while ((((await phone.lastSequence()) - held) & 0xffff) < 25) {
    if (Date.now() > end) throw new Error('no audio came back')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
