import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { metrics } from './support/metrics.js'
import { lacks } from './support/needs.js'
import { SipCaller } from './support/sip-caller.js'
import { Sipp } from './support/sipp.js'
import { number, TelnyxSide } from './support/telnyx-side.js'
import { untilAsync } from './support/wait.js'

const calls = 200
/** How long commands are given, in ms, and how many a second. */
const commandsMs = 10_000
const perSecond = 40

describe.skipIf(lacks('sip-tester', 'flite'))('200 calls of an application', () => {
  let dir: string
  let side: TelnyxSide
  let sipp: Sipp | undefined
  let witness: SipCaller | undefined

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    // sipp takes its RTP ports from 16384 on.
    const config = { rtp: { ports: '10000-13999' }, limits: { calls: calls + 10 }, media: { shards: 1 } }
    side = await TelnyxSide.start(dir, config)
    side.webhooks.onEvent = ({ type, payload }) => {
      if (type === 'call.initiated') side.command(payload.call_control_id, 'answer', {})
    }
  })
  afterEach(async () => {
    sipp?.stop()
    witness?.close()
    await side.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('commands are answered at once, and no audio waits for them', async () => {
    const held = async () => (await metrics(side.relay)).get('parley_calls_active')
    witness = await SipCaller.dial({ port: side.relay.sipPort, dialled: number })
    await witness.answered()
    sipp = Sipp.start({
      ...{ dir: join(dir, 'sipp'), scenario: 'caller-hangs-up', port: side.relay.sipPort, dialled: number },
      ...{ calls, concurrent: calls, perSecond: 33, holdMs: commandsMs + 12_000 },
    })
    await untilAsync(async () => (await held()) > calls, '200 calls', 20_000, 250)

    const own = monitorEventLoopDelay({ resolution: 5 })
    own.enable()
    const from = witness.rtp.length
    const took = await commands(side)
    const gaps = witness.rtp.slice(from).map((at, i, all) => at - (all[i - 1] ?? at))
    own.disable()
    const lagMs = own.max / 1e6
    expect(await held()).toBeGreaterThan(calls)
    // What this process waits for itself says nothing of the relay.
    expect(percentile(took, 99)).toBeLessThan(50 + 2 * lagMs)
    expect(gaps.length).toBeGreaterThan(commandsMs / 25)
    expect(Math.max(...gaps)).toBeLessThan(40 + 2 * lagMs)

    expect(await sipp.done).toMatchObject({ code: 0, successful: calls, failed: 0, errors: '' })
    await witness.hangup()
    await untilAsync(async () => (await held()) === 0, 'all calls to end')
    const ended = () => side.webhooks.delivered.filter(({ type }) => type === 'call.hangup').length
    await untilAsync(async () => ended() === calls + 1, 'the end of each call to be told')
  }, 90_000)
})

/** Gives all kinds of commands to all calls, in turn. @returns ms that each was waited for */
async function commands(side: TelnyxSide): Promise<number[]> {
  const ids = side.webhooks.delivered
    .filter(({ type }) => type === 'call.answered')
    .map(({ payload }) => payload.call_control_id as string)
  const bodies = [
    ['client_state_update', { client_state: 'c3RhdGU=' }],
    ['send_dtmf', { digits: '12' }],
    ['gather', { maximum_digits: 1 }],
    ['speak', { payload: 'Yes.', voice: 'Telnyx.KokoroTTS.af' }],
    ['gather_stop', {}],
  ] as const
  const took: Promise<number>[] = []
  const began = performance.now()
  for (let i = 0; i < (commandsMs / 1000) * perSecond; i++) {
    const [name, body] = bodies[i % bodies.length]!
    const asked = performance.now()
    const answered = side.command(ids[Math.floor(i / bodies.length) % ids.length]!, name, body)
    took.push(answered.then(() => performance.now() - asked))
    const next = began + ((i + 1) * 1000) / perSecond
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())))
  }
  return Promise.all(took)
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))]!
}
