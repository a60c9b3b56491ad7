import type { Webhook } from './webhook.js'

/** Hears what becomes of webhooks, for metrics. Must not throw. */
export interface WebhookObserver {
  /** Taken, `ms` after it was made. */
  delivered(webhook: Webhook, ms: number, attempts: number): void
  /** Not taken at this attempt; another follows. */
  retried(webhook: Webhook, attempt: number): void
  /** Given up. */
  failed(webhook: Webhook, attempts: number): void
}

export const noObserver: WebhookObserver = { delivered() {}, retried() {}, failed() {} }
