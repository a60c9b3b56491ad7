/** A request to an app that is repeated until it is taken, also across restarts of this process. Plain data. */
export interface Webhook {
  /** Stable over all attempts; receivers recognise duplicates by it. */
  readonly id: string
  /** Webhooks of one queue are delivered in order, one after the other: a call's id. */
  readonly queue: string
  /** Which `WebhookFormat` renders it: a platform's name. */
  readonly format: string
  /** For listings: `call.answered`, `StatusCallback` … */
  readonly event: string
  /** Where it goes: an attempt tries each in order until one takes it. */
  readonly targets: readonly WebhookTarget[]
  /** What `WebhookFormat.render` makes a request of: JSON. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly policy: DeliveryPolicy
  /** ms since the Unix epoch. */
  readonly createdAt: number
}

export interface WebhookTarget {
  readonly url: string
  readonly method: 'GET' | 'POST'
}

export interface DeliveryPolicy {
  /** ms that a receiver has to answer. */
  readonly timeoutMs: number
  /** ms to wait before each further attempt; none are made after the last. */
  readonly retriesMs: readonly number[]
  /** Whether what is retried includes statuses 3xx and 4xx other than 408 and 429; false unless told. */
  readonly retryRefused?: boolean
}

/** One attempt as it goes over the wire. */
export interface WebhookRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A platform's way to write and sign a webhook; called anew for every attempt, so that signatures are fresh. */
export interface WebhookFormat {
  render(webhook: Webhook, target: WebhookTarget, attempt: number): WebhookRequest
}

/** Takes webhooks. Never waits, never throws. */
export interface WebhookSender {
  send(webhook: Webhook): void
}
