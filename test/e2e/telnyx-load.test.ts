import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { raisePriority } from '../../src/base/priority.js'
import { metrics } from './support/metrics.js'
import { lacks } from './support/needs.js'
import { SipCaller } from './support/sip-caller.js'
import { Sipp } from './support/sipp.js'
import { Stalls } from './support/stalls.js'
import { number, TelnyxSide } from './support/telnyx-side.js'
import { untilAsync } from './support/wait.js'

const calls = 200
/** How long commands are given, in ms, and how many a second. */
const commandsMs = 10_000
const perSecond = 40
/** Further calls, whose audio is looked at packet by packet. */
const witnessed = 4
/** What is promised, in ms: of a hundred commands the slowest but one, and between any two packets of a call. */
const limits = { commandP99: 50, gap: 40 }

describe.skipIf(lacks('sip-tester', 'flite'))('200 calls of an application', () => {
  let dir: string
  let side: TelnyxSide
  let sipp: Sipp | undefined
  let witnesses: SipCaller[] = []
  let stalls: Stalls | undefined

  beforeEach(async () => {
    // As on a machine of its own: what is measured is the relay, and not how long this process waits for a core.
    raisePriority()
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    // sipp takes its RTP ports from 16384 on.
    const config = { rtp: { ports: '10000-13999' }, limits: { calls: calls + 10 }, media: { shards: 1 } }
    side = await TelnyxSide.start(dir, config)
    side.webhooks.onEvent = ({ type, payload }) => {
      if (type === 'call.initiated') side.command(payload.call_control_id, 'answer', {})
    }
  })
  afterEach(async () => {
    stalls?.stop()
    sipp?.stop()
    for (const witness of witnesses) witness.close()
    witnesses = []
    await side.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('commands are answered at once, and no audio waits for them', async () => {
    const held = async () => (await metrics(side.relay)).get('parley_calls_active')
    for (let i = 0; i < witnessed; i++) {
      const witness = await SipCaller.dial({ port: side.relay.sipPort, dialled: number })
      witnesses.push(witness)
      await witness.answered()
    }
    const all = calls + witnessed
    sipp = Sipp.start({
      ...{ dir: join(dir, 'sipp'), scenario: 'held', port: side.relay.sipPort, dialled: number },
      ...{ calls, concurrent: calls, perSecond: 33 },
    })
    await untilAsync(async () => (await held()) === all, '200 calls', 20_000, 250)
    const answered = () => side.webhooks.delivered.filter(({ type }) => type === 'call.answered').length
    await untilAsync(async () => answered() === all, 'each answer to be told', 20_000, 250)

    stalls = new Stalls()
    const from = witnesses.map(({ rtp }) => rtp.length)
    const commands = await giveCommands(side)
    const gaps = witnesses.flatMap(({ rtp }, i) => gapsOf(rtp.slice(from[i])))
    expect(await held()).toBe(all)
    const took = durations(commands, stalls)
    const apart = durations(gaps, stalls)
    report(took, apart, stalls)
    expect(gaps.length).toBeGreaterThan((witnessed * commandsMs) / 25)
    expect(percentile(took.own, 99)).toBeLessThanOrEqual(limits.commandP99)
    expect(Math.max(...apart.own)).toBeLessThanOrEqual(limits.gap)

    await Promise.all(idsOf(side).map((id) => side.command(id, 'hangup', {})))
    expect(await sipp.done).toMatchObject({ code: 0, successful: calls, failed: 0, errors: '' })
    await untilAsync(async () => (await held()) === 0, 'all calls to end')
    const ended = () => side.webhooks.delivered.filter(({ type }) => type === 'call.hangup').length
    await untilAsync(async () => ended() === all, 'the end of each call to be told')
  }, 90_000)
})

/** From when to when something was waited for, in ms since the Unix epoch. */
interface Wait {
  readonly from: number
  readonly to: number
}

/** Waits as they were measured here, and without what this process stood still meanwhile: what the relay took. In ms. */
interface Durations {
  readonly measured: readonly number[]
  readonly own: readonly number[]
}

function durations(waits: readonly Wait[], stalls: Stalls): Durations {
  return {
    measured: waits.map(({ from, to }) => to - from),
    own: waits.map(({ from, to }) => to - from - stalls.within(from, to)),
  }
}

/** Between each packet and the next. */
function gapsOf(arrivals: readonly number[]): Wait[] {
  return arrivals.slice(1).map((to, i) => ({ from: arrivals[i]!, to }))
}

/** So that what was promised can be read from any run. */
function report(took: Durations, apart: Durations, stalls: Stalls): void {
  const of = ({ measured, own }: Durations, share: number) =>
    `${percentile(own, share)} ms (measured ${percentile(measured, share)})`
  console.log(
    [
      `${calls + witnessed} calls, ${took.own.length} commands in ${commandsMs / 1000} s:`,
      `commands p50 ${of(took, 50)}, p99 ${of(took, 99)}, longest ${of(took, 100)}, limit of p99 ${limits.commandP99} ms;`,
      `${apart.own.length} gaps between packets of ${witnessed} calls: p50 ${of(apart, 50)}, p99 ${of(apart, 99)},`,
      `largest ${of(apart, 100)}, limit ${limits.gap} ms;`,
      `this process stood still for ${stalls.longest} ms at most`,
    ].join('\n  '),
  )
}

function idsOf({ webhooks }: TelnyxSide): readonly string[] {
  return webhooks.delivered
    .filter(({ type }) => type === 'call.answered')
    .map(({ payload }) => payload.call_control_id)
}

/** Gives all kinds of commands to all calls, in turn. @returns how long each was waited for */
async function giveCommands(side: TelnyxSide): Promise<Wait[]> {
  const ids = idsOf(side)
  const bodies = [
    ['client_state_update', { client_state: 'c3RhdGU=' }],
    ['send_dtmf', { digits: '12' }],
    ['gather', { maximum_digits: 1 }],
    ['speak', { payload: 'Yes.', voice: 'Telnyx.KokoroTTS.af' }],
    ['gather_stop', {}],
  ] as const
  const waits: Promise<Wait>[] = []
  const began = performance.now()
  for (let i = 0; i < (commandsMs / 1000) * perSecond; i++) {
    const [name, body] = bodies[i % bodies.length]!
    const from = Date.now()
    const answered = side.command(ids[Math.floor(i / bodies.length) % ids.length]!, name, body)
    waits.push(answered.then(() => ({ from, to: Date.now() })))
    const next = began + ((i + 1) * 1000) / perSecond
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())))
  }
  return Promise.all(waits)
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))]!
}
