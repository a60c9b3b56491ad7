import type { Clock, Timer } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { WebhookAttempt, WebhookRecords } from '../store/index.js'
import type { Attempts, Outcome } from './attempt.js'
import type { WebhookObserver } from './observer.js'
import { receiverOf } from './receiver-gate.js'
import type { DeliveryPolicy, Webhook } from './webhook.js'

/** A webhook on its way. */
export interface Parcel {
  readonly webhook: Webhook
  /** Attempts made so far. */
  readonly attempts: number
  /** ms since the Unix epoch; null for at once. */
  readonly nextAttemptAt: number | null
}

/** Whoever waits for a webhook to be settled. */
export interface ParcelListener {
  /** It was not taken, and will be tried again later. */
  waits(): void
  /** It was taken, or given up. */
  settled(): void
}

export interface CourierDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly records: Pick<WebhookRecords, 'attempted'>
  readonly attempts: Attempts
  readonly observer: WebhookObserver
}

/** Longest pause that a receiver can ask for, in ms. */
const maxRetryAfterMs = 600_000

/** Takes single webhooks to their receivers, as often as it needs and their policy allows. */
export class Courier {
  private readonly sleeping = new Set<Timer>()
  private busy = 0
  private stopped = false
  private readonly idle: (() => void)[] = []

  constructor(private readonly parts: CourierDependencies) {}

  deliver(parcel: Parcel, listener: ParcelListener): void {
    this.run(parcel, listener).catch((err) => {
      this.parts.log.error({ err, code: 'internal_error', webhook: parcel.webhook.id }, 'A delivery failed')
      listener.settled()
    })
  }

  /** Resolves when nothing is on its way; what waits for its next attempt is not. */
  settled(): Promise<void> {
    if (this.busy === 0) return Promise.resolve()
    return new Promise((resolve) => this.idle.push(resolve))
  }

  /** Drops everything as it is: what is not settled stays pending in the records. */
  stop(): void {
    this.stopped = true
    for (const timer of this.sleeping) timer.cancel()
    this.sleeping.clear()
    this.parts.attempts.abort()
  }

  private async run({ webhook, attempts, nextAttemptAt }: Parcel, listener: ParcelListener): Promise<void> {
    const due = (nextAttemptAt ?? 0) - this.parts.clock.now()
    if (due > 0) {
      listener.waits()
      await this.sleep(due)
    }
    for (let attempt = attempts + 1; ; attempt++) {
      this.busy++
      const outcomes = await this.attempt(webhook, attempt)
      if (this.stopped) return
      const retryMs = this.settle(webhook, attempt, outcomes)
      if (retryMs === undefined) listener.settled()
      else listener.waits()
      this.leave()
      if (retryMs === undefined) return
      await this.sleep(retryMs)
    }
  }

  /** Tries each target until one takes it. */
  private async attempt(webhook: Webhook, attempt: number): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    for (const target of webhook.targets) {
      if (this.stopped) break
      const outcome = await this.parts.attempts.at(webhook, target, attempt)
      outcomes.push(outcome)
      if (outcome.verdict === 'taken') break
    }
    return outcomes
  }

  /** Writes down how an attempt went. @returns ms until the next one; undefined when there is none */
  private settle(webhook: Webhook, attempt: number, outcomes: readonly Outcome[]): number | undefined {
    const { clock, records, observer } = this.parts
    const now = clock.now()
    const taken = outcomes.at(-1)?.verdict === 'taken'
    const retryMs = taken ? undefined : retryDelay(webhook.policy, attempt, outcomes)
    const tried = outcomes.map((outcome) => outcome.record)
    records.attempted(webhook.id, tried, {
      status: taken ? 'delivered' : retryMs === undefined ? 'failed' : 'pending',
      attempts: attempt,
      ...(attempt === 1 && { startedAt: tried[0]?.startedAt ?? now }),
      finishedAt: retryMs === undefined ? now : null,
      nextAttemptAt: retryMs === undefined ? null : now + retryMs,
    })
    observer.attempted?.(webhook, attempt, tried, taken)
    if (taken) observer.delivered(webhook, now - webhook.createdAt, attempt)
    else if (retryMs !== undefined) observer.retried(webhook, attempt)
    else this.giveUp(webhook, attempt, tried)
    return retryMs
  }

  private giveUp(webhook: Webhook, attempts: number, tried: readonly WebhookAttempt[]): void {
    const { id, queue, event, targets } = webhook
    const receivers = targets.map((target) => receiverOf(target.url))
    const reason = tried.at(-1)?.error?.detail
    this.parts.log.warn(
      { code: 'webhook_failed', webhook: id, queue, event, receivers, attempts, reason },
      'A webhook was given up',
    )
    this.parts.observer.failed(webhook, attempts)
  }

  private leave(): void {
    if (--this.busy > 0) return
    for (const resolve of this.idle.splice(0)) resolve()
  }

  /** Does not resolve after `stop`. */
  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.parts.clock.after(ms, () => {
        this.sleeping.delete(timer)
        resolve()
      })
      this.sleeping.add(timer)
    })
  }
}

function retryDelay(
  { retriesMs, retryRefused = false }: DeliveryPolicy,
  attempt: number,
  outcomes: readonly Outcome[],
): number | undefined {
  const delay = retriesMs[attempt - 1]
  const worthIt = outcomes.some((outcome) => outcome.verdict === 'retry' || retryRefused)
  if (delay === undefined || !worthIt) return undefined
  const asked = Math.max(...outcomes.map((outcome) => outcome.retryAfterMs))
  return Math.max(delay, Math.min(asked, maxRetryAfterMs))
}
