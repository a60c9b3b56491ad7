import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppConnection, TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { locate, trimmed } from './support/locate.js'
import { lacks } from './support/needs.js'
import { freePort } from './support/ports.js'
import { parley } from './support/program.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { say } from './support/speech.js'
import { until } from './support/wait.js'

describe.skipIf(lacks('baresip-core', 'flite'))('how a call ends', () => {
  let dir: string
  let app: TestApp
  let relay: TestRelay
  let phone: Baresip
  let phones = 0
  /** SID of the call that the app ended. */
  let endedByApp = ''

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    relay = await TestRelay.start(dir, {
      rtp: { timeoutMs: 2_000 },
      routes: [
        { to: '1000', relay: { url: app.url } },
        { to: '1001', relay: { url: `ws://127.0.0.1:${await freePort()}/nobody` } },
      ],
    })
  })
  afterEach(() => phone.stop())
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  async function lift(): Promise<Baresip> {
    phone = await Baresip.start({ dir: join(dir, `phone-${phones++}`), codec: 'PCMU' })
    return phone
  }

  /** A call that is up, as the app sees it. */
  async function call(): Promise<{ connection: AppConnection; callSid: string }> {
    await lift()
    const nth = app.connections.length
    await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    const connection = await app.connection(nth)
    const { frame } = await connection.frame('setup')
    return { connection, callSid: frame['callSid'] as string }
  }

  it('the caller hangs up: 1000, and the record is complete', async () => {
    const { connection, callSid } = await call()
    await phone.hangup()
    expect(await connection.closure()).toMatchObject({ code: 1000, reason: 'Closing websocket session' })
    const { call: record, sessions } = await endedCall(relay, callSid)
    expect(record).toMatchObject({ status: 'completed', endBy: 'caller', codec: 'PCMU', dialled: '1000' })
    expect(sessions).toMatchObject([
      { status: 'completed', errorCode: null, handoffData: null, url: app.url },
    ])
    const [session] = sessions
    expect(session!.timeline.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
      session!.timeline.map((_, i) => i + 1),
    )
    expect(session!.timeline[0]!.name).toBe('configurations')
    expect(session!.timeline.at(-1)).toMatchObject({
      name: 'call_wrap_up',
      data: { call_wrap_up: { end_status: 'hung_up' } },
    })
  })

  it('the app sends end: the goodbye is heard to its end, then the relay hangs up', async () => {
    const { connection, callSid } = await call()
    endedByApp = callSid
    const goodbye = 'Thank you for calling us today, and goodbye.'
    connection.send({ type: 'text', token: goodbye, last: true })
    connection.send({ type: 'end', handoffData: '{"reasonCode":"done"}' })
    await phone.closed()
    expect(await connection.closure()).toMatchObject({ code: 1000, reason: 'Closing websocket session' })
    // The whole sentence is in what the phone recorded.
    expect(locate(trimmed(say(goodbye, dir)), phone.heard()).match).toBeGreaterThan(0.8)
    const { call: record, sessions } = await endedCall(relay, callSid)
    expect(record).toMatchObject({ status: 'completed', endBy: 'relay' })
    expect(sessions).toMatchObject([
      { status: 'ended', errorCode: null, handoffData: '{"reasonCode":"done"}' },
    ])
  })

  it('the app’s socket drops: failed with 64105, and the call ends', async () => {
    const { connection, callSid } = await call()
    connection.socket.terminate()
    await phone.closed()
    const { call: record, sessions } = await endedCall(relay, callSid)
    expect(record).toMatchObject({ status: 'completed', endBy: 'relay' })
    expect(sessions).toMatchObject([{ status: 'failed', errorCode: 64105 }])
  })

  it('ten bad frames in a row: ten error frames, then 1007; a good one between starts the count anew', async () => {
    const { connection, callSid } = await call()
    const bad = [
      'this is not json',
      '[]',
      '{"type":"text"}',
      '{"type":"nonsense"}',
      '{"type":"play","source":""}',
    ]
    for (let i = 0; i < 9; i++) connection.socket.send(bad[i % bad.length]!)
    connection.send({ type: 'text', token: '', last: true })
    for (let i = 0; i < 9; i++) connection.socket.send(bad[i % bad.length]!)
    await until(() => connection.frames('error').length === 18, '18 error frames')
    expect(connection.closed).toBeUndefined()
    connection.socket.send('the tenth')
    expect(await connection.closure()).toMatchObject({
      code: 1007,
      reason: 'Too many consecutive malformed messages.',
    })
    const errors = connection.frames('error')
    expect(errors).toHaveLength(19)
    expect(errors[0]).toEqual({
      type: 'error',
      description: 'Invalid message received, code: 64107, this is not json',
    })
    await phone.closed()
    const { sessions } = await endedCall(relay, callSid)
    expect(sessions).toMatchObject([{ status: 'failed', errorCode: 64105 }])
  })

  it('the app cannot be reached: the phone hears busy', async () => {
    await lift()
    await phone.command(`dial sip:1001@127.0.0.1:${relay.sipPort}`)
    await phone.closed()
    expect(phone.output).toMatch(/486 Busy Here/)
    const { calls: newest } = (await (await relay.get('/v1/calls?limit=1')).json()) as {
      calls: { callSid: string }[]
    }
    const { call: record, sessions } = await endedCall(relay, newest[0]!.callSid)
    expect(record).toMatchObject({ status: 'busy', endBy: 'relay', answeredAt: null, dialled: '1001' })
    expect(sessions).toMatchObject([{ status: 'failed', errorCode: 64102 }])
  })

  it('the phone dies: RTP timeout, 64108', async () => {
    const { connection, callSid } = await call()
    await until(() => phone.heard().samples.length > 4_000, 'media both ways')
    await phone.kill()
    const died = Date.now()
    expect(await connection.closure()).toMatchObject({ code: 1000 })
    // `rtp.timeoutMs` is 2000; the packets last sent may still have been on their way.
    expect(Date.now() - died).toBeGreaterThan(1_800)
    expect(connection.frames('error')).toMatchObject([{ description: expect.stringContaining('64108') }])
    const { call: record, sessions } = await endedCall(relay, callSid)
    expect(record).toMatchObject({ status: 'completed', endBy: 'relay', endReason: 'rtp-timeout' })
    expect(sessions).toMatchObject([{ status: 'failed', errorCode: 64108 }])
  })

  it('all of it is listed, newest first, and shown by `parley show`', async () => {
    const { calls: listed } = (await (await relay.get('/v1/calls')).json()) as {
      calls: { callSid: string; startedAt: number }[]
    }
    expect(listed.length).toBeGreaterThanOrEqual(6)
    expect(listed.map(({ startedAt }) => startedAt)).toEqual(
      listed.map(({ startedAt }) => startedAt).toSorted((a, b) => b - a),
    )
    const callSid = endedByApp
    const setup = app.connections
      .flatMap((connection) => connection.frames('setup'))
      .find((frame) => frame['callSid'] === callSid)!
    const shown = await parley(['show', callSid, '--data', relay.dataDir])
    expect(shown.code, shown.stderr).toBe(0)
    expect(shown.stdout).toContain(callSid)
    expect(shown.stdout).toContain(setup['sessionId'])
    expect(shown.stdout).toContain('Thank you for calling us today')
    expect(shown.stdout).toContain('hand-off {"reasonCode":"done"}')
    const { stdout } = await parley(['show', callSid, '--json', '--data', relay.dataDir])
    expect(JSON.parse(stdout)).toEqual(await (await relay.get(`/v1/calls/${callSid}`)).json())
  })
})
