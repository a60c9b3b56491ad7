import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '../clock.js'
import { App } from './app.js'
import { type Gaps, Phones } from './phones.js'
import { RelayUnderTest } from './relay.js'
import { type Dialog, SipCallers } from './sip-callers.js'
import { type BenchCall, greet, OutOfStep, type TurnTimes, turn } from './turn.js'
import { type Usage, usageOf } from './usage.js'

export interface LevelOptions {
  /** Concurrent calls. */
  readonly calls: number
  /** Turns to measure, at least one for each call. */
  readonly turns: number
  /** How long the calls are watched, at least. */
  readonly seconds: number
  readonly progress: (text: string) => void
}

/** What was measured at one number of concurrent calls. */
export interface LevelResult {
  readonly calls: number
  readonly turns: readonly TurnTimes[]
  /** What became of turns that could not be measured. */
  readonly failures: readonly string[]
  readonly gaps: Gaps
  /** Calls the relay dropped. */
  readonly callsLost: number
  /** Length of the measurement. */
  readonly seconds: number
  /** Undefined where the system does not tell. */
  readonly perCall: { readonly cpuPercent: number; readonly memoryMb: number } | undefined
}

/** Calls that warm the relay up before its idle figures are taken. */
const WARM_UP_CALLS = 10
const WARM_UP_TURNS = 40
/** Turns taken for one that is in step. */
const ATTEMPTS = 3
const IDLE_MS = 2_000
/** ms between the set-up of the last call and the measurement. */
const SETTLE_MS = 1_000

/** Measures a fresh relay at one number of concurrent calls. @throws Error when it cannot be measured */
export async function measureLevel(options: LevelOptions): Promise<LevelResult> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const undo: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })]
  try {
    const app = await App.start()
    undo.push(() => app.close())
    const phones = await Phones.open()
    undo.push(() => phones.close())
    const relay = await RelayUnderTest.start(relayConfig(dir, app.url, options.calls))
    undo.push(() => relay.stop())
    const callers = await SipCallers.open(relay.sipPort, phones.rtpPort)
    undo.push(() => callers.close())
    return await new Level(options, app, phones, relay, callers).run()
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

function relayConfig(dir: string, url: string, calls: number): object {
  return {
    http: { port: 0 },
    sip: { port: 0, transports: ['udp'] },
    limits: { calls: Math.max(calls, WARM_UP_CALLS) + 1 },
    data: { dir },
    log: { level: 'info', format: 'json' },
    routes: [{ to: '*', relay: { url, dialect: 'twilio' } }],
  }
}

class Level {
  private readonly dialogs: Dialog[] = []
  private calls: BenchCall[] = []
  /** Calls made so far, which is also the number of the next call's speech streams. */
  private made = 0
  private turns: TurnTimes[] = []
  private failures: string[] = []

  constructor(
    private readonly options: LevelOptions,
    private readonly app: App,
    private readonly phones: Phones,
    private readonly relay: RelayUnderTest,
    private readonly callers: SipCallers,
  ) {}

  async run(): Promise<LevelResult> {
    const { calls, turns, seconds, progress } = this.options
    await this.warmUp()
    const idle = await this.idle()

    progress(`setting up ${calls} call${calls === 1 ? '' : 's'}`)
    await this.open(calls)
    await sleep(SETTLE_MS)

    const wanted = Math.max(turns, calls)
    progress(`${wanted} turns on ${calls} call${calls === 1 ? '' : 's'}`)
    this.phones.measure()
    const before = usageOf(this.relay.pid)
    const startedAt = now()
    await Promise.all([this.converse(wanted, seconds * 1000), sleep(seconds * 1000)])
    const after = usageOf(this.relay.pid)
    const ms = now() - startedAt
    const gaps = await this.phones.report()
    const callsLost = this.callers.lost
    await this.hangUp()
    return {
      calls,
      turns: this.turns,
      failures: this.failures,
      gaps,
      callsLost,
      seconds: ms / 1000,
      perCall: perCall(idle, before, after, ms, calls),
    }
  }

  /** Compiles and allocates what has to be once: what comes after is what calls cost. */
  private async warmUp(): Promise<void> {
    this.options.progress('warming up')
    await this.open(WARM_UP_CALLS)
    for (let i = 0; i < WARM_UP_TURNS; i++) {
      await Promise.all(this.calls.map((call) => this.inStep(call)))
    }
    await this.hangUp()
  }

  /** What the relay uses without calls: CPU a second, and memory. */
  private async idle(): Promise<Usage | undefined> {
    await sleep(IDLE_MS)
    const before = usageOf(this.relay.pid)
    await sleep(IDLE_MS)
    const after = usageOf(this.relay.pid)
    if (!before || !after) return undefined
    return { cpuMs: ((after.cpuMs - before.cpuMs) * 1000) / IDLE_MS, memoryMb: after.memoryMb }
  }

  /** Sets calls up one after another, so that the relay's nth speech stream is the nth call's. */
  private async open(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const number = this.made++
      const from = String(15550000000 + number)
      const [session, dialog] = await Promise.all([this.app.session(from), this.callers.call(from)])
      this.phones.add(number, dialog.rtpPort)
      const call = { number, session }
      this.dialogs.push(dialog)
      this.calls.push(call)
      await greet(call, this.phones)
    }
  }

  private async hangUp(): Promise<void> {
    for (const { number } of this.calls) this.phones.remove(number)
    this.calls = []
    for (const dialog of this.dialogs.splice(0)) await dialog.hangup()
  }

  /** Spreads the turns over the calls, and over the time when there is more than one call. */
  private async converse(count: number, ms: number): Promise<void> {
    const { calls } = this
    if (calls.length === 1) {
      for (let i = 0; i < count; i++) await this.turn(calls[0]!)
      return
    }
    const startedAt = now()
    const rounds = Math.ceil(count / calls.length)
    // A call's turns stand at equal distances; the last leaves time for itself.
    const spacing = (ms - 1_000) / rounds
    await Promise.all(
      calls.map(async (call, i) => {
        for (let round = 0; round < rounds; round++) {
          const due = startedAt + (round + i / calls.length) * spacing
          await sleep(Math.max(0, due - now()))
          await this.turn(call)
        }
      }),
    )
  }

  private async turn(call: BenchCall): Promise<void> {
    try {
      this.turns.push(await this.inStep(call))
    } catch (thrown) {
      this.failures.push((thrown as Error).message)
      // Something is speaking again before the next turn, if the call lives at all.
      await greet(call, this.phones).catch(() => {})
    }
  }

  /** Takes a turn until one is in step. */
  private async inStep(call: BenchCall): Promise<TurnTimes> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await turn(call, this.relay, this.phones)
      } catch (thrown) {
        if (!(thrown instanceof OutOfStep) || attempt === ATTEMPTS) throw thrown
        await sleep(SETTLE_MS)
        // Where the agent speaks already, no sound begins.
        await greet(call, this.phones).catch(() => {})
      }
    }
  }
}

function perCall(
  idle: Usage | undefined,
  before: Usage | undefined,
  after: Usage | undefined,
  ms: number,
  calls: number,
): LevelResult['perCall'] {
  if (!idle || !before || !after) return undefined
  const busyMs = after.cpuMs - before.cpuMs - (idle.cpuMs * ms) / 1000
  return {
    cpuPercent: (busyMs / ms / calls) * 100,
    memoryMb: (after.memoryMb - idle.memoryMb) / calls,
  }
}
