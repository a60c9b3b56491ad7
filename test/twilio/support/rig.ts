import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import twilio from 'twilio'
import { systemClock } from '../../../src/base/clock.js'
import { silentLog } from '../../../src/base/log.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { Store } from '../../../src/store/index.js'
import {
  callbackLog,
  createSigner,
  Twilio,
  type TwilioConfig,
  twilioFormat,
  twilioWebhookFormat,
} from '../../../src/twilio/index.js'
import { HttpTransport, Outbox } from '../../../src/webhooks/index.js'
import { type FakeCall, type FakeCallOptions, FakeCalls } from '../../support/fake-call.js'

export const account = {
  sid: 'AC00000000000000000000000000000001',
  authToken: 'a-token-of-the-tests',
  apiKeys: { SK00000000000000000000000000000001: 'a-secret-of-the-tests' },
}

export interface RigConfig extends Partial<TwilioConfig> {
  readonly publicUrl?: string
}

/** ms that a busy machine may take to start a rig, and for a test with one. */
export const patience = 60_000

/** Twilio's side of a node on fake calls: real records, real HTTP both ways, and the vendor's SDK. */
export class Rig {
  readonly clock = new SimulatedClock(1_756_000_000_000)
  readonly calls = new FakeCalls(this.clock)

  private constructor(
    private readonly dir: string,
    private readonly config: RigConfig,
    readonly store: Store,
    readonly twilio: Twilio,
    readonly client: twilio.Twilio,
    readonly url: string,
    private readonly closing: (() => Promise<unknown>)[],
  ) {}

  static start(config: RigConfig = {}): Promise<Rig> {
    return Rig.open(mkdtempSync(join(tmpdir(), 'parley-twilio-')), config)
  }

  /** The node ends and starts anew on the same records; its calls are gone. */
  async restart(): Promise<void> {
    for (const close of this.closing) await close()
    Object.assign(this, await Rig.open(this.dir, this.config))
  }

  private static async open(dir: string, { publicUrl, ...config }: RigConfig): Promise<Rig> {
    const store = await Store.open({ file: join(dir, 'parley.db'), batchMs: 1 })
    const hosts = config.hosts ?? {}
    const sign = createSigner({ authToken: account.authToken, hosts, publicUrl })
    const transport = new HttpTransport(10)
    const outbox = await Outbox.open({
      clock: systemClock,
      log: silentLog,
      records: store.webhooks,
      formats: { [twilioFormat]: twilioWebhookFormat(sign, hosts) },
      send: transport.send,
      observer: {
        ...{ delivered: () => {}, retried: () => {}, failed: () => {} },
        attempted: callbackLog({ records: store.callLog, clock: systemClock, random: randomBytes }),
      },
    })
    outbox.resume()
    let url = ''
    const clock = new SimulatedClock(1_756_000_000_000)
    const side = await Twilio.load({
      ...{ account, sign, clock, store },
      config: { hosts, numbers: [], applications: [], ...config },
      dataDir: dir,
      random: randomBytes,
      uuid: randomUUID,
      log: silentLog,
      sender: outbox,
      baseUrl: () => url,
    })
    const app: FastifyInstance = Fastify({ forceCloseConnections: true })
    const client = twilio(account.sid, account.authToken)
    const rig = new Rig(dir, { publicUrl, ...config }, store, side, client, '', [])
    Object.assign(rig, { clock, calls: new FakeCalls(clock) })
    const dial = rig.calls.dial.bind(rig.calls)
    rig.calls.dial = (request) => {
      const call = dial(request)
      rig.record(call)
      return call
    }
    await side.register(app, rig.calls)
    url = await app.listen({ host: '127.0.0.1', port: 0 })
    client.api.baseUrl = url
    client.insights.baseUrl = url
    Object.assign(rig, { url })
    rig.closing.push(
      () => app.close(),
      () => side.close(),
      () => outbox.close(100),
      () => transport.close(),
      () => store.close(),
    )
    return rig
  }

  /** A call comes in; written down as the call core does. */
  incoming(options: FakeCallOptions = {}): FakeCall {
    const { call, handling } = this.calls.incoming(this.twilio.routing, options)
    if (!handling) throw new Error(`nobody takes calls to ${call.dialled}`)
    this.record(call)
    return call
  }

  /** What the call core writes down of a call. */
  record(call: FakeCall): void {
    const { identity, direction, dialled, startedAt, facts } = call
    this.store.callStarted({
      ...{ ...identity, direction, dialled, startedAt },
      from: facts.from,
      to: facts.to,
      parentCallSid: facts.parentCallSid || null,
      status: direction === 'inbound' ? 'ringing' : 'queued',
    })
    const { callSid } = identity
    call.observe({
      ringing: () => this.store.callUpdated(callSid, { status: 'ringing', ringingAt: this.clock.now() }),
      answered: () =>
        this.store.callUpdated(callSid, { status: 'in-progress', answeredAt: call.answeredAt ?? null }),
      ended: ({ status, by, reason }) =>
        this.store.callEnded(callSid, { status, endedAt: this.clock.now(), endBy: by, endReason: reason }),
    })
  }

  async stop(): Promise<void> {
    for (const close of this.closing) await close()
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** Waits until something is so. */
export async function until<T>(what: () => T | undefined | false, ms = 20_000): Promise<T> {
  const deadline = Date.now() + ms
  for (;;) {
    const found = what()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`it never came about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Waits until something that has to be asked for is so. */
export async function untilAsync<T>(what: () => Promise<T | undefined>, ms = 20_000): Promise<T> {
  const deadline = Date.now() + ms
  for (;;) {
    const found = await what()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`it never came about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
