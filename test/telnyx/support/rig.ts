import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { expect } from 'vitest'
import { silentLog } from '../../../src/base/log.js'
import type {
  CallLogEntry,
  CommandResult,
  DeliveryFilter,
  DeliveryPage,
  Resource,
} from '../../../src/store/index.js'
import {
  type ConfiguredApplication,
  Telnyx,
  type TelnyxOptions,
  telnyxWebhookFormat,
} from '../../../src/telnyx/index.js'
import { signingKey } from '../../../src/telnyx/keys/index.js'
import type { Webhook, WebhookRequest } from '../../../src/webhooks/index.js'
import { type FakeCall, type FakeCallOptions, FakeCalls } from '../../support/fake-call.js'
import { telnyxContract } from '../../support/telnyx-contract.js'

export const apiKey = 'KEY_test'
export const connectionId = '2694492062593582591'
export const number = '+13122010094'

export const application: ConfiguredApplication = {
  id: connectionId,
  application_name: 'test',
  webhook_event_url: 'http://127.0.0.1:9000/webhooks',
  webhook_event_failover_url: 'http://127.0.0.1:9001/webhooks',
  numbers: [number],
}

/** Records that last as long as this object: what a restart finds again. */
export class FakeRecords {
  private readonly kept = new Map<string, Resource>()
  readonly results: CommandResult[] = []
  deliveries: DeliveryPage = { deliveries: [], total: 0 }
  readonly asked: DeliveryFilter[] = []
  /** What was written into the logs of calls. */
  readonly notices: unknown[] = []

  readonly resources = {
    put: async (kind: string, resource: Resource): Promise<void> => {
      const key = `${kind} ${resource.id}`
      this.kept.set(
        key,
        structuredClone({ ...resource, createdAt: this.kept.get(key)?.createdAt ?? resource.createdAt }),
      )
    },
    delete: async (kind: string, id: string): Promise<void> => void this.kept.delete(`${kind} ${id}`),
    list: async (kind: string): Promise<Resource[]> =>
      [...this.kept]
        .filter(([key]) => key.startsWith(`${kind} `))
        .map(([, resource]) => structuredClone(resource)),
  }
  readonly commands = {
    add: (result: CommandResult): void => void this.results.push(structuredClone(result)),
    list: async ({ createdFrom }: { createdFrom: number }): Promise<CommandResult[]> =>
      this.results.filter(({ createdAt }) => createdAt >= createdFrom),
  }
  readonly callLog = {
    add: ({ data }: CallLogEntry): void => void this.notices.push(data['message']),
  }
  readonly webhooks = {
    list: async (filter: DeliveryFilter = {}): Promise<DeliveryPage> => {
      this.asked.push(filter)
      return this.deliveries
    },
  }
}

export interface RigOptions {
  readonly applications?: readonly ConfiguredApplication[]
  readonly requestsPerMinute?: number
  readonly records?: FakeRecords
  readonly calls?: FakeCalls
  /** Whether the machine has what codes AMR-WB; it does unless told. */
  readonly hasAmrWb?: boolean
}

/** An answer of the API. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what they expect
  readonly body: any
}

/** The API over fake calls; every answer and every webhook is held against Telnyx's own description. */
export class Rig {
  readonly sent: Webhook[] = []
  readonly signing = signingKey(createPrivateKey(pem))
  private uuids = 0

  private constructor(
    readonly telnyx: Telnyx,
    readonly app: FastifyInstance,
    readonly calls: FakeCalls,
    readonly records: FakeRecords,
    readonly dataDir: string,
  ) {}

  static async start(options: RigOptions = {}): Promise<Rig> {
    const { calls = new FakeCalls(), records = new FakeRecords() } = options
    const dataDir = mkdtempSync(join(tmpdir(), 'parley-telnyx-'))
    let rig: Rig | undefined
    const app = Fastify()
    // As on a whole node, where other pages have answers of their own.
    app.setNotFoundHandler((_, reply) => reply.status(404).send('elsewhere'))
    const telnyx = await Telnyx.load({
      config: {
        applications: options.applications ?? [application],
        texml_applications: [],
        requestsPerMinute: options.requestsPerMinute ?? 0,
      },
      dataDir,
      clock: calls.clock,
      canStream: (codec) => codec !== 'AMR-WB' || (options.hasAmrWb ?? true),
      uuid: () => rig!.uuid(),
      random: (bytes) => Buffer.alloc(bytes, 7),
      log: silentLog,
      store: records as unknown as TelnyxOptions['store'],
      sender: { send: (webhook) => rig!.sent.push(structuredClone(webhook)) },
      record: false,
      baseUrl: () => 'http://127.0.0.1:8080',
      accountId: '00000000-0000-4000-8000-000000000001',
      version: '0.0.0',
    })
    rig = new Rig(telnyx, app, calls, records, dataDir)
    await telnyx.register(app, calls, apiKey)
    await app.ready()
    return rig
  }

  async close(): Promise<void> {
    this.checkWebhooks()
    await this.app.close()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  uuid(): string {
    return `00000000-0000-4000-9000-${String(++this.uuids).padStart(12, '0')}`
  }

  /** A request with the right key. */
  async request(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<Answer> {
    const response = await this.app.inject({
      method,
      url: `/v2${url}`,
      headers: { authorization: `Bearer ${apiKey}` },
      ...(body !== undefined && { payload: body as object }),
    })
    const answer = {
      status: response.statusCode,
      headers: response.headers,
      body: response.body === '' ? undefined : response.json(),
    }
    expect(telnyxContract?.answer(method, url, answer.status, answer.body) ?? []).toEqual([])
    return answer
  }

  /** An action on a call. */
  command(call: FakeCall, name: string, body?: unknown): Promise<Answer> {
    const method = name === 'client_state_update' ? 'PUT' : 'POST'
    return this.request(method, `/calls/${call.identity.callControlId}/actions/${name}`, body)
  }

  /** A call to the application's number comes in. */
  incoming(options: FakeCallOptions = {}): FakeCall {
    const { call, handling } = this.calls.incoming(this.telnyx.routing, { to: number, ...options })
    expect(handling).toBeDefined()
    return call
  }

  /** A call that was answered; what was told of it so far is forgotten. */
  answered(options: FakeCallOptions = {}): FakeCall {
    const call = this.incoming(options)
    call.pickUp()
    this.sent.length = 0
    return call
  }

  /** Names of the events that were told. */
  get events(): string[] {
    return this.sent.map(({ event }) => event)
  }

  /** The payload of the last event of a name. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what they expect
  payload(event: string): any {
    const found = this.sent.filter((webhook) => webhook.event === event).at(-1)
    if (!found) throw new Error(`no ${event}; told were ${this.events.join(', ') || 'none'}`)
    return found.payload['payload']
  }

  /** A webhook as it goes over the wire. */
  render(webhook: Webhook, attempt = 1): WebhookRequest {
    return telnyxWebhookFormat(this.signing, this.calls.clock).render(webhook, webhook.targets[0]!, attempt)
  }

  checkWebhooks(): void {
    for (const webhook of this.sent) {
      const request = this.render({ ...webhook, targets: [{ url: 'http://127.0.0.1/', method: 'POST' }] })
      expect(telnyxContract?.webhook(JSON.parse(request.body)) ?? [], webhook.event).toEqual([])
    }
  }
}

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })

/** Lets promises settle. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The codes of an error answer. */
export function codes({ body }: Answer): string[] {
  return body.errors.map(({ code }: { code: string }) => code)
}
