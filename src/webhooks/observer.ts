import type { WebhookAttempt } from '../store/index.js'
import type { Webhook } from './webhook.js'

/** Hears what becomes of webhooks, for metrics. Must not throw. */
export interface WebhookObserver {
  /** Sent to one URL after the other, until one took it. Then one of the following. */
  attempted?(webhook: Webhook, attempt: number, tried: readonly WebhookAttempt[], taken: boolean): void
  /** Taken, `ms` after it was made. */
  delivered(webhook: Webhook, ms: number, attempts: number): void
  /** Not taken at this attempt; another follows. */
  retried(webhook: Webhook, attempt: number): void
  /** Given up. */
  failed(webhook: Webhook, attempts: number): void
}

export const noObserver: WebhookObserver = { delivered() {}, retried() {}, failed() {} }
