import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AppConnection, TestApp } from './support/app.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { SipCaller } from './support/sip-caller.js'
import { header } from './support/sip-text.js'
import { until } from './support/wait.js'

let dir: string
let app: TestApp
let relay: TestRelay | undefined
let callers: SipCaller[] = []

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
  app = await TestApp.start()
})
afterEach(async () => {
  for (const caller of callers) caller.close()
  callers = []
  await relay?.stop()
  relay = undefined
  await app.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** A call that is up, with the app's end of it. */
async function call(dialled: string): Promise<{ caller: SipCaller; connection: AppConnection }> {
  const caller = await SipCaller.dial({ port: relay!.sipPort, dialled })
  callers.push(caller)
  await caller.answered()
  const mine = () => app.connections.find((one) => one.received.some(({ frame }) => frame['to'] === dialled))
  await until(() => mine() !== undefined, `the session of ${dialled}`)
  return { caller, connection: mine()! }
}

function routes() {
  return [
    { to: '1001', relay: { url: app.url } },
    { to: '1002', relay: { url: app.url } },
    { to: '1003', relay: { url: app.url, dialect: 'telnyx' } },
    { to: '*', relay: { url: app.url }, record: true },
  ]
}

/** Sends a signal. @returns the exit code, and how long it took in ms */
async function signalled(signal: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }> {
  const started = performance.now()
  const { process } = relay!
  const exited = new Promise<number | null>((resolve) => process.once('exit', resolve))
  process.kill(signal)
  return { code: await exited, tookMs: performance.now() - started }
}

/** The records as they are on disk, read without Parley. */
function database<T>(read: (db: SqliteDatabase.Database) => T): T {
  const db = new SqliteDatabase(join(relay!.dataDir, 'parley.db'))
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    return read(db)
  } finally {
    db.close()
  }
}

/**
 * Checks that a WAV header tells what the file has: all of it, or, in one that nobody could close, no more than that.
 * @returns seconds of sound
 */
function recording(file: string, state: 'closed' | 'killed'): number {
  const data = readFileSync(file)
  const sound = data.readUInt32LE(40)
  expect(data.toString('latin1', 0, 4)).toBe('RIFF')
  expect(data.readUInt32LE(4)).toBe(sound + 36)
  expect(data.toString('latin1', 36, 40)).toBe('data')
  if (state === 'closed') expect(sound).toBe(data.length - 44)
  else expect(sound).toBeLessThanOrEqual(data.length - 44)
  return sound / data.readUInt32LE(28)
}

describe('SIGTERM', () => {
  it('refuses new calls, lets live ones finish, cuts those that outlast the drain time and tells their apps', async () => {
    const timeoutMs = 4_000
    relay = await TestRelay.start(dir, { drain: { timeoutMs }, routes: routes() })
    const finishing = await call('1001')
    const lasting = [await call('1002'), await call('1003')]
    expect((await relay.get('/readyz')).status).toBe(200)

    const exit = signalled('SIGTERM')
    await until(() => relay!.output.includes('draining'), 'the drain to begin')
    const readiness = await relay.get('/readyz')
    expect(readiness.status).toBe(503)
    expect(await readiness.json()).toMatchObject({ ready: false, state: 'draining' })
    expect((await relay.get('/healthz')).status).toBe(200)

    const late = await SipCaller.dial({ port: relay.sipPort, dialled: '1001' })
    callers.push(late)
    const refusal = await late.final()
    expect(refusal.status).toBe(503)
    expect(Number(header(refusal.text, 'Retry-After'))).toBeGreaterThan(0)

    // A live call goes on as if nothing were: media flows, the app is heard, the caller ends it when it likes.
    const before = finishing.caller.rtp.length
    await until(() => finishing.caller.rtp.length > before + 25, 'half a second of RTP')
    await finishing.caller.hangup()
    expect((await finishing.connection.closure()).code).toBe(1000)
    expect(finishing.connection.frames('error')).toEqual([])
    for (const { connection } of lasting) expect(connection.closed).toBeUndefined()

    const { code, tookMs } = await exit
    expect(code).toBe(0)
    expect(tookMs).toBeGreaterThan(timeoutMs - 100)
    expect(tookMs).toBeLessThan(timeoutMs + 5_000)
    for (const { caller, connection } of lasting) {
      await caller.asked('BYE')
      expect(JSON.stringify(connection.frames('error'))).toMatch(/shutting down/i)
      expect(await connection.closure()).toMatchObject({ code: 1001 })
    }
    const sessions = database((db) =>
      db
        .prepare(
          'select c.dialled, s.status, s.ended_at as ended from sessions s join calls c using (call_sid) order by 1',
        )
        .all(),
    )
    expect(sessions).toEqual([
      { dialled: '1001', status: 'completed', ended: expect.any(Number) },
      { dialled: '1002', status: 'failed', ended: expect.any(Number) },
      { dialled: '1003', status: 'failed', ended: expect.any(Number) },
    ])
  })

  it('ends the process as soon as the last call is over', async () => {
    relay = await TestRelay.start(dir, { drain: { timeoutMs: 60_000 }, routes: routes() })
    const { caller } = await call('1001')
    const exit = signalled('SIGTERM')
    await until(() => relay!.output.includes('draining'), 'the drain to begin')
    await caller.hangup()
    const { code, tookMs } = await exit
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(10_000)
  })
})

describe('Ctrl-C', () => {
  it('without calls ends the process at once, with code 0 and everything on disk', async () => {
    relay = await TestRelay.start(dir, { drain: { timeoutMs: 60_000 }, routes: routes() })
    const { caller } = await call('2000')
    await until(() => caller.rtp.length > 50, 'a second of call')
    await caller.hangup()
    const { code, tookMs } = await signalled('SIGINT')
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(5_000)
    const [record] = database(
      (db) =>
        db.prepare('select status, recording_path as file from calls').all() as {
          status: string
          file: string
        }[],
    )
    expect(record!.status).toBe('completed')
    expect(recording(record!.file, 'closed')).toBeGreaterThan(0.8)
    // Nothing is left to be recovered: SQLite's log has gone into the database.
    expect(existsSync(join(relay.dataDir, 'parley.db-wal'))).toBe(false)
  })

  it('ends the calls there are, whose records and recordings are whole', async () => {
    relay = await TestRelay.start(dir, { drain: { timeoutMs: 500 }, routes: routes() })
    const { caller, connection } = await call('2000')
    await until(() => caller.rtp.length > 50, 'a second of call')
    const { code } = await signalled('SIGINT')
    expect(code).toBe(0)
    await caller.asked('BYE')
    expect((await connection.closure()).code).toBe(1001)
    const [record] = database(
      (db) =>
        db.prepare('select ended_at as ended, recording_path as file from calls').all() as {
          ended: number
          file: string
        }[],
    )
    expect(record!.ended).toBeGreaterThan(0)
    expect(recording(record!.file, 'closed')).toBeGreaterThan(0.8)
  })
})

describe('kill -9 in mid-call', () => {
  it('loses at most the last 100 ms of events; the next start settles the record', async () => {
    relay = await TestRelay.start(dir, { routes: routes() })
    const { caller, connection } = await call('2000')
    // A frame that is refused is answered: every 10 ms one event goes out that the app can compare with the records.
    const chatter = setInterval(() => {
      connection.send({ type: 'nonsense' })
      connection.send({ type: 'text', token: '', last: false })
    }, 10)
    try {
      await until(() => connection.frames('error').length > 100, 'a hundred answers')
      const exited = new Promise((resolve) => relay!.process.once('exit', resolve))
      const killedAt = Date.now()
      relay.process.kill('SIGKILL')
      await exited

      const saw = connection.received.filter(({ frame }) => frame.type === 'error')
      const { count, sequence, file } = database((db) => ({
        count: db
          .prepare(
            `select count(*) from timeline_events where name = 'frame_sent' and data like '%nonsense%'`,
          )
          .pluck()
          .get() as number,
        sequence: db.prepare('select sequence_number from timeline_events order by 1').pluck().all(),
        file: db.prepare('select recording_path from calls').pluck().get() as string,
      }))
      expect(count).toBeGreaterThan(80)
      const lost = saw[count]
      if (lost) expect(killedAt - lost.at).toBeLessThanOrEqual(100)
      expect(sequence).toEqual(sequence.map((_, index) => index + 1))
      // It plays up to the last half second, though nobody could close it.
      expect(recording(file, 'killed')).toBeGreaterThanOrEqual(0.5)
    } finally {
      clearInterval(chatter)
    }

    relay = await TestRelay.start(dir, { routes: routes() })
    const { calls } = (await (await relay.get('/v1/calls')).json()) as { calls: { callSid: string }[] }
    expect(calls).toHaveLength(1)
    const page = await endedCall(relay, calls[0]!.callSid)
    expect(page.call).toMatchObject({ status: 'failed', dialled: '2000' })
    expect(page.sessions).toMatchObject([{ status: 'failed', endedAt: expect.any(Number) }])
    // And it takes calls again.
    const again = await call('1001')
    await again.caller.hangup()
    caller.stopMedia()
  })
})
