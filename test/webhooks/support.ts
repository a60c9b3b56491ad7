import { silentLog } from '../../src/base/log.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import type { PendingWebhook, WebhookAttempt, WebhookProgress } from '../../src/store/index.js'
import {
  Outbox,
  type OutboxLimits,
  type OutboxOptions,
  type Webhook,
  type WebhookFormat,
  type WebhookRequest,
  type WebhookResponse,
} from '../../src/webhooks/index.js'
import type { OutboxRecords } from '../../src/webhooks/outbox.js'

export const receiver = 'http://app.example'

export function webhook(id: string, changes: Partial<Webhook> = {}): Webhook {
  return {
    id,
    queue: 'call-1',
    format: 'plain',
    event: 'call.answered',
    targets: [{ url: `${receiver}/hooks`, method: 'POST' }],
    payload: { id },
    policy: { timeoutMs: 2_000, retriesMs: [1_000, 4_000] },
    createdAt: 0,
    ...changes,
  }
}

/** Writes which attempt it is, and when, into a header. */
export function plainFormat(clock: SimulatedClock): WebhookFormat {
  return {
    render: ({ payload }, { url, method }, attempt) => ({
      method,
      url,
      headers: { 'x-attempt': `${attempt}`, 'x-time': `${clock.now()}` },
      body: JSON.stringify(payload),
    }),
  }
}

export function answer(status: number, headers: Record<string, string> = {}, body = ''): WebhookResponse {
  return { status, headers: Object.entries(headers), body }
}

/** A request that came in, to be answered. */
export interface Arrival {
  readonly at: number
  /** `id` of the payload. */
  readonly id: string
  readonly request: WebhookRequest
  readonly signal: AbortSignal
}

/** Records in memory that outlive an outbox, as the store's outlive a process. */
export class Records implements OutboxRecords {
  readonly rows = new Map<string, PendingWebhook & Partial<WebhookProgress>>()
  readonly tried: (WebhookAttempt & { readonly id: string })[] = []
  reads = 0

  added(row: PendingWebhook): void {
    this.rows.set(row.id, { ...row, status: 'pending' })
  }

  attempted(id: string, tried: readonly WebhookAttempt[], progress: WebhookProgress): void {
    for (const attempt of tried) this.tried.push({ ...attempt, id })
    this.rows.set(id, { ...this.rows.get(id)!, ...progress })
  }

  prune(): void {}

  async backlogs() {
    const last = new Map<string, number>()
    for (const row of this.pendingRows()) last.set(row.receiver, row.sequence)
    return [...last].map(([receiver, last]) => ({ receiver, last }))
  }

  async pending({ receiver, after, limit }: Parameters<OutboxRecords['pending']>[0]) {
    this.reads++
    return this.pendingRows()
      .filter((row) => row.receiver === receiver && row.sequence > after)
      .slice(0, limit)
  }

  private pendingRows() {
    return [...this.rows.values()]
      .filter((row) => row.status === 'pending')
      .sort((a, b) => a.sequence - b.sequence)
  }
}

type Reply = WebhookResponse | Error | 'never'

/** An outbox in simulated time, and receivers that answer as they are told. */
export class Bench {
  readonly clock: SimulatedClock
  readonly arrivals: Arrival[] = []
  /** Requests that are not answered yet. */
  open = 0
  mostOpen = 0
  /** What receivers answer, and ms that they take for it. */
  reply: (arrival: Arrival) => Reply = () => answer(200)
  replyMs = 0
  outbox!: Outbox

  constructor(
    readonly records = new Records(),
    startMs = 0,
  ) {
    this.clock = new SimulatedClock(startMs)
  }

  /** Opens the outbox and lets it begin with what another one left. */
  async start(limits: Partial<OutboxLimits> = {}, options: Partial<OutboxOptions> = {}): Promise<this> {
    await this.openOutbox(limits, options)
    this.outbox.resume()
    return this
  }

  async openOutbox(limits: Partial<OutboxLimits> = {}, options: Partial<OutboxOptions> = {}): Promise<void> {
    this.outbox = await Outbox.open({
      clock: this.clock,
      log: silentLog,
      records: this.records,
      formats: { plain: plainFormat(this.clock) },
      send: (request, signal) => this.receive(request, signal),
      limits,
      ...options,
    })
  }

  /** Lets what is on its way go on, and then time pass, in steps. */
  async run(ms: number, stepMs?: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    await this.clock.run(ms, stepMs)
  }

  ids(): string[] {
    return this.arrivals.map((arrival) => arrival.id)
  }

  times(id: string): number[] {
    return this.arrivals.filter((arrival) => arrival.id === id).map((arrival) => arrival.at)
  }

  private receive(request: WebhookRequest, signal: AbortSignal): Promise<WebhookResponse> {
    const id = request.body === '' ? '' : JSON.parse(request.body).id
    const arrival = { at: this.clock.now(), id, request, signal }
    this.arrivals.push(arrival)
    this.mostOpen = Math.max(this.mostOpen, ++this.open)
    return new Promise<WebhookResponse>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
      const reply = this.reply(arrival)
      if (reply === 'never') return
      const settle = () => (reply instanceof Error ? reject(reply) : resolve(reply))
      if (this.replyMs === 0) settle()
      else this.clock.after(this.replyMs, settle)
    }).finally(() => {
      this.open--
    })
  }
}
