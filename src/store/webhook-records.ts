import type { StoreAccess } from './port.js'

export type WebhookStatus = 'pending' | 'delivered' | 'failed'

/** A webhook that is yet to be taken. Times are ms since the Unix epoch. */
export interface PendingWebhook {
  /** Unique. */
  readonly id: string
  /** Rises from webhook to webhook; what is pending is read back in this order. */
  readonly sequence: number
  readonly queue: string
  /** Origin of its first target, by which backlogs are read. */
  readonly receiver: string
  readonly format: string
  readonly event: string
  readonly createdAt: number
  readonly payload: Readonly<Record<string, unknown>>
  /** JSON of whoever delivers: where to, and how often. */
  readonly targets: object
  readonly policy: object
  /** Attempts made so far. */
  readonly attempts: number
  /** When the next attempt is due; null for at once. */
  readonly nextAttemptAt: number | null
}

export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

/** One attempt at one target, redirects followed. Times are ms since the Unix epoch. */
export interface WebhookAttempt {
  /** Counts from 1; targets that were tried in the same attempt share it. */
  readonly attempt: number
  readonly status: Exclude<WebhookStatus, 'pending'>
  readonly startedAt: number
  readonly finishedAt: number
  /** The request that was answered, or failed, last. */
  readonly request: { readonly method: string; readonly url: string; readonly headers: HeaderList }
  /** URLs that redirected to that one. */
  readonly redirects: readonly string[]
  /** Null when none came. The body is cut at 10,000 characters. */
  readonly response: {
    readonly status: number
    readonly headers: HeaderList
    readonly body: string
  } | null
  readonly error: WebhookError | null
}

export interface WebhookError {
  /** `refused`: by its status; `network`: no answer; `invalid`: it could not be sent at all. */
  readonly kind: 'timeout' | 'network' | 'refused' | 'invalid'
  readonly detail: string
}

/** How a webhook stands after an attempt. */
export interface WebhookProgress {
  readonly status: WebhookStatus
  readonly attempts: number
  /** Unchanged when left out. */
  readonly startedAt?: number
  readonly finishedAt: number | null
  readonly nextAttemptAt: number | null
}

/** A webhook with all that was tried. Times are ms since the Unix epoch; null means not (yet). */
export interface DeliveryRecord {
  readonly id: string
  readonly queue: string
  readonly format: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly status: WebhookStatus
  readonly createdAt: number
  /** When the first attempt began. */
  readonly startedAt: number | null
  readonly finishedAt: number | null
  /** Newest first. */
  readonly attempts: readonly WebhookAttempt[]
}

/** Which deliveries to list, newest first; what is left out does not matter. Times are ms since the Unix epoch. */
export interface DeliveryFilter {
  readonly id?: string | undefined
  readonly status?: readonly WebhookStatus[] | undefined
  readonly format?: string | undefined
  readonly queue?: string | undefined
  readonly events?: readonly string[] | undefined
  /** Text in the JSON of the payload. */
  readonly payloadContains?: string | undefined
  /** Text in the JSON of an attempt. */
  readonly attemptContains?: string | undefined
  readonly startedFrom?: number | undefined
  readonly startedTo?: number | undefined
  readonly finishedFrom?: number | undefined
  readonly finishedTo?: number | undefined
  /** From 1, which it is unless told. */
  readonly page?: number | undefined
  /** 1 to 1,000; 20 unless told. */
  readonly pageSize?: number | undefined
}

export interface DeliveryPage {
  readonly deliveries: readonly DeliveryRecord[]
  /** Of all pages. */
  readonly total: number
}

/** A receiver that has webhooks pending. */
export interface Backlog {
  readonly receiver: string
  /** Sequence of the last one. */
  readonly last: number
}

/** Which pending webhooks to read, in order. */
export interface PendingFilter {
  readonly receiver: string
  /** Sequence to begin after. */
  readonly after: number
  readonly limit: number
}

/** What of the finished deliveries is kept. */
export interface Retention {
  /** ms since the Unix epoch: what finished before is deleted. */
  readonly finishedFrom: number
  /** At most this many are kept. */
  readonly atMost: number
}

/** Webhooks and what became of them. Changes never wait and never throw; queries see those told before them. */
export class WebhookRecords {
  constructor(private readonly store: StoreAccess) {}

  /** Keeps a webhook until it is settled. One that is kept already stays as it is. */
  added({ payload, targets, policy, ...rest }: PendingWebhook): void {
    const row = {
      ...rest,
      payload: this.store.json(payload) ?? '{}',
      targets: this.store.json(targets) ?? '[]',
      policy: this.store.json(policy) ?? '{}',
      status: 'pending' as const,
      startedAt: null,
      finishedAt: null,
    }
    this.store.add({ kind: 'insertWebhook', row })
  }

  /** An attempt was made: at each target in turn. */
  attempted(id: string, tried: readonly WebhookAttempt[], progress: WebhookProgress): void {
    const attempts = tried.map((entry, step) => ({
      webhookId: id,
      attempt: entry.attempt,
      step,
      data: this.store.json(entry) ?? '{}',
    }))
    this.store.add({ kind: 'webhookAttempted', id, attempts, changes: progress })
  }

  /** Deletes finished deliveries. */
  prune(retention: Retention): void {
    this.store.add({ kind: 'pruneWebhooks', retention })
  }

  backlogs(): Promise<Backlog[]> {
    return this.store.query('webhookBacklogs', undefined)
  }

  pending(filter: PendingFilter): Promise<PendingWebhook[]> {
    return this.store.query('pendingWebhooks', filter)
  }

  list(filter: DeliveryFilter = {}): Promise<DeliveryPage> {
    return this.store.query('listDeliveries', filter)
  }
}
