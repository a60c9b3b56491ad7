import type { Clock, Timer } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { Backlog, PendingWebhook, WebhookRecords } from '../store/index.js'
import { Attempts } from './attempt.js'
import { Backlogs } from './backlogs.js'
import { Courier, type Parcel } from './courier.js'
import { DeliveryQueue } from './delivery-queue.js'
import { noObserver, type WebhookObserver } from './observer.js'
import { ReceiverGate, receiverOf } from './receiver-gate.js'
import type { SendRequest } from './transport.js'
import type { DeliveryPolicy, Webhook, WebhookFormat, WebhookSender, WebhookTarget } from './webhook.js'

export interface OutboxLimits {
  /** Requests to one receiver (scheme, host and port) at a time. */
  readonly requests: number
  /** Webhooks of one receiver in memory; more wait in the records. */
  readonly inMemory: number
  /** ms that a webhook which waits for its next attempt keeps later ones of its queue waiting. */
  readonly holdMs: number
  /** ms that finished deliveries are kept, and how many at most. */
  readonly keepMs: number
  readonly keep: number
}

export const outboxLimits: OutboxLimits = {
  requests: 50,
  inMemory: 1_000,
  holdMs: 30_000,
  keepMs: 7 * 24 * 3_600_000,
  keep: 100_000,
}

/** What of the store's records the outbox needs. */
export type OutboxRecords = Pick<WebhookRecords, 'added' | 'attempted' | 'prune' | 'backlogs' | 'pending'>

export interface OutboxOptions {
  readonly clock: Clock
  readonly log: Log
  readonly records: OutboxRecords
  /** By the name that webhooks give. */
  readonly formats: Readonly<Record<string, WebhookFormat>>
  readonly send: SendRequest
  readonly observer?: WebhookObserver
  readonly limits?: Partial<OutboxLimits>
}

/** ms between two looks for deliveries that are kept no longer. */
const pruneMs = 600_000

/**
 * Delivers webhooks at least once, each queue in order, queues independently of each other. Every webhook is recorded
 * before anything else, so that what a process did not deliver, the next one does.
 */
export class Outbox implements WebhookSender {
  private readonly limits: OutboxLimits
  private readonly courier: Courier
  private readonly backlogs: Backlogs
  private readonly queues = new Map<string, DeliveryQueue>()
  private sequence: number
  private held = 0
  private pruning: Timer | undefined
  private closed = false

  private constructor(
    private readonly options: OutboxOptions,
    left: readonly Backlog[],
  ) {
    const { clock, log, records, formats, send, observer = noObserver } = options
    this.limits = { ...outboxLimits, ...options.limits }
    const attempts = new Attempts({ clock, send, formats, gate: new ReceiverGate(this.limits.requests) })
    this.courier = new Courier({ clock, log, records, attempts, observer })
    const take = (pending: PendingWebhook): void => this.enqueue(parcelOf(pending))
    this.backlogs = new Backlogs({ clock, log, records, perReceiver: this.limits.inMemory, take }, left)
    this.sequence = Math.max(0, ...left.map(({ last }) => last))
  }

  /**
   * Takes webhooks from now on. What an earlier process left begins with `resume`.
   * @throws ParleyError `store_failed` when the records cannot be read
   */
  static async open(options: OutboxOptions): Promise<Outbox> {
    return new Outbox(options, await options.records.backlogs())
  }

  /** Webhooks in memory that are not settled yet. */
  get pending(): number {
    return this.held
  }

  /** For the one process that delivers, once it knows that it is the only one (its ports are bound). */
  resume(): void {
    this.backlogs.start()
    this.prune()
  }

  send(webhook: Webhook): void {
    const sequence = ++this.sequence
    const receiver = receiverOf(webhook.targets[0]?.url ?? '')
    const parcel = { webhook, attempts: 0, nextAttemptAt: null }
    const { id, queue, format, event, targets, payload, policy, createdAt } = webhook
    const row = { id, queue, format, event, targets, payload, policy, createdAt, sequence, receiver }
    this.options.records.added({ ...row, attempts: 0, nextAttemptAt: null })
    if (!this.closed && this.backlogs.admits(receiver, sequence)) this.enqueue(parcel)
  }

  /** Lets what is on its way arrive for at most `graceMs`; what is left is delivered after the next start. */
  async close(graceMs: number): Promise<void> {
    this.pruning?.cancel()
    this.backlogs.stop()
    let grace: Timer | undefined
    const over = new Promise<void>((resolve) => {
      grace = this.options.clock.after(graceMs, resolve)
    })
    await Promise.race([this.courier.settled(), over])
    grace?.cancel()
    this.closed = true
    for (const queue of this.queues.values()) queue.stop()
    this.queues.clear()
    this.courier.stop()
  }

  private enqueue(parcel: Parcel): void {
    this.held++
    this.queueOf(parcel.webhook.queue).add(parcel)
  }

  private queueOf(name: string): DeliveryQueue {
    const known = this.queues.get(name)
    if (known) return known
    const queue = new DeliveryQueue({
      clock: this.options.clock,
      holdMs: this.limits.holdMs,
      deliver: (parcel, listener) =>
        this.courier.deliver(parcel, {
          waits: listener.waits,
          settled: () => {
            this.held--
            this.backlogs.settled(receiverOf(parcel.webhook.targets[0]?.url ?? ''))
            listener.settled()
          },
        }),
      empty: () => this.queues.delete(name),
    })
    this.queues.set(name, queue)
    return queue
  }

  private prune(): void {
    const { clock, records } = this.options
    records.prune({ finishedFrom: clock.now() - this.limits.keepMs, atMost: this.limits.keep })
    this.pruning = clock.after(pruneMs, () => this.prune())
  }
}

/** A webhook as it was recorded: nothing but `Outbox.send` writes them. */
function parcelOf(pending: PendingWebhook): Parcel {
  const { id, queue, format, event, payload, createdAt, attempts, nextAttemptAt } = pending
  const targets = pending.targets as readonly WebhookTarget[]
  const policy = pending.policy as DeliveryPolicy
  return {
    webhook: { id, queue, format, event, targets, payload, policy, createdAt },
    attempts,
    nextAttemptAt,
  }
}
