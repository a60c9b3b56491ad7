import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestApp } from './support/app.js'
import { metrics } from './support/metrics.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { SipCaller } from './support/sip-caller.js'
import { header } from './support/sip-text.js'
import { Sipp } from './support/sipp.js'
import { until, untilAsync } from './support/wait.js'

let dir: string
let app: TestApp
let relay: TestRelay | undefined
let sipp: Sipp | undefined
let callers: SipCaller[] = []

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
  app = await TestApp.start()
})
afterEach(async () => {
  sipp?.stop()
  for (const caller of callers) caller.close()
  callers = []
  await relay?.stop()
  await app.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** The callers are silent, so no recogniser works: what is tested is telephony, media and sessions, not PocketSphinx. */
function start(config: Record<string, unknown>): Promise<TestRelay> {
  const route = { to: '*', relay: { url: app.url, welcomeGreeting: 'Hello.' } }
  // sipp takes its RTP ports from 16384 on.
  return TestRelay.start(dir, { rtp: { ports: '10000-13999' }, routes: [route], ...config })
}

/** Watches a relay for a while, and this process beside it: what a machine does to both says nothing of the relay. */
async function observed(relay: TestRelay, ms: number) {
  const own = monitorEventLoopDelay({ resolution: 10 })
  own.enable()
  const calls: number[] = []
  const lags: number[] = []
  const ownLags: number[] = []
  const cpu = async () => (await metrics(relay)).get('process_cpu_seconds_total')
  const [start, cpuBefore] = [performance.now(), await cpu()]
  while (performance.now() - start < ms) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const { get } = await metrics(relay)
    calls.push(get('parley_calls_active'))
    lags.push(get('nodejs_eventloop_lag_p99_seconds') * 1000)
    ownLags.push(own.percentile(99) / 1e6)
    own.reset()
  }
  own.disable()
  return {
    meanCalls: calls.reduce((sum, count) => sum + count, 0) / calls.length,
    /** Median of each second's 99th percentile, of the relay and of this process. */
    lagMs: median(lags),
    ownLagMs: median(ownLags),
    cores: ((await cpu()) - cpuBefore) / ((performance.now() - start) / 1000),
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

async function dial(headers: readonly string[] = []): Promise<SipCaller> {
  const caller = await SipCaller.dial({ port: relay!.sipPort, headers })
  callers.push(caller)
  return caller
}

describe.skipIf(lacks('sip-tester', 'flite'))('sipp', () => {
  it('100 calls at a time for 60 s, none of them failed; session timers keep and end calls meanwhile', async () => {
    relay = await start({ limits: { calls: 150 } })
    // RFC 4028: refreshed by us after half the interval; ended at 2/3 of it when the peer does not refresh.
    const refreshed = await dial(['Supported: timer', 'Session-Expires: 90;refresher=uas'])
    const neglected = await dial(['Supported: timer', 'Session-Expires: 90;refresher=uac'])
    const began = performance.now()
    expect(header((await refreshed.answered()).text, 'Session-Expires')).toBe('90;refresher=uas')
    expect(header((await neglected.answered()).text, 'Session-Expires')).toBe('90;refresher=uac')

    const calls = 500
    sipp = Sipp.start({
      dir: join(dir, 'sipp'),
      scenario: 'caller-hangs-up',
      port: relay.sipPort,
      calls,
      concurrent: 100,
      perSecond: 20,
      holdMs: 14_000,
    })
    await untilAsync(async () => (await metrics(relay!)).get('parley_calls_active') >= 102, '100 calls')
    const load = await observed(relay, 60_000)
    // A busy machine takes a moment to begin the call that follows one that ended.
    expect(load.meanCalls).toBeGreaterThan(85)
    expect(load.cores).toBeLessThan(1)
    expect(load.lagMs).toBeLessThan(50 + 5 * load.ownLagMs)

    const result = await sipp.done
    expect(result).toMatchObject({ code: 0, successful: calls, failed: 0, errors: '' })

    const update = refreshed.received.find(({ method }) => method === 'INVITE' || method === 'UPDATE')!
    expect(header(update.text, 'Session-Expires')).toMatch(/^90/)
    expect(refreshed.received.some(({ method }) => method === 'BYE')).toBe(false)
    const bye = await neglected.asked('BYE')
    expect(bye.at - neglected.received.find(({ status }) => status === 200)!.at).toBeGreaterThan(55_000)
    expect(performance.now() - began).toBeGreaterThan(60_000)
    await refreshed.hangup()

    await untilAsync(async () => (await metrics(relay!)).get('parley_calls_active') === 0, 'all calls to end')
    const after = await metrics(relay)
    expect(after.get('parley_calls_total{result="completed"}')).toBe(calls + 2)
    expect(after.sum('parley_calls_total')).toBe(calls + 2)
    expect(after.get('parley_sessions_active')).toBe(0)
    expect(after.sum('parley_sessions_total')).toBe(calls + 2)
    expect(after.get('parley_rtp_jitter_ms_count')).toBe(calls + 2)
    expect(app.connections).toHaveLength(calls + 2)
    expect(app.connections.every((one) => one.frames('setup').length === 1)).toBe(true)
  }, 180_000)

  it('the call over `limits.calls` gets 503 with Retry-After and the hundred go on, in a media shard', async () => {
    relay = await start({ limits: { calls: 100 }, media: { shards: 1 } })
    sipp = Sipp.start({
      dir: join(dir, 'sipp'),
      scenario: 'caller-hangs-up',
      port: relay.sipPort,
      calls: 99,
      concurrent: 99,
      perSecond: 33,
      holdMs: 15_000,
    })
    const witness = await dial()
    await witness.answered()
    await untilAsync(async () => (await metrics(relay!)).get('parley_calls_active') === 100, '100 calls')
    const before = witness.rtp.length
    for (let i = 0; i < 5; i++) {
      const refused = await dial()
      const { status, text } = await refused.final()
      expect(status).toBe(503)
      expect(Number(header(text, 'Retry-After'))).toBeGreaterThan(0)
    }
    expect((await metrics(relay)).get('parley_calls_active')).toBe(100)
    await until(() => witness.rtp.length > before + 100, 'two seconds of RTP of a live call')
    expect(await sipp.done).toMatchObject({ code: 0, successful: 99, failed: 0, errors: '' })
    await untilAsync(async () => (await metrics(relay!)).get('parley_calls_active') === 1, 'room for more')
    const welcome = await dial()
    await welcome.answered()
    await Promise.all([welcome.hangup(), witness.hangup()])
    await untilAsync(async () => (await metrics(relay!)).get('parley_calls_active') === 0, 'all calls to end')
    const after = await metrics(relay)
    expect(after.get('parley_calls_total{result="completed"}')).toBe(101)
    expect(after.get('parley_calls_total{result="rejected"}')).toBe(5)
    expect(after.sum('parley_sessions_total')).toBe(101)
  })
})
