import type { Clock } from '../../base/clock.js'
import type { WebhookSender } from '../../webhooks/index.js'
import { isoMicros } from '../time.js'
import { telnyxFormat } from './format.js'
import type { Payload } from './payloads.js'
import { policyOf, targetsOf, type WebhookAddresses, type WebhookOverrides } from './routing.js'

/** Where a call's events are told. */
export interface Destination {
  /** Webhooks of one queue arrive in order. */
  readonly queue: string
  readonly addresses: WebhookAddresses
  readonly overrides: WebhookOverrides
}

/** Makes webhooks of events. */
export class Publisher {
  constructor(
    private readonly clock: Clock,
    private readonly uuid: () => string,
    private readonly sender: WebhookSender,
  ) {}

  publish(event: string, payload: Payload, { queue, addresses, overrides }: Destination): void {
    const targets = targetsOf(event, addresses, overrides)
    if (targets.length === 0) return
    const id = this.uuid()
    const now = this.clock.now()
    const occurredAt = isoMicros(now)
    this.sender.send({
      id,
      queue,
      format: telnyxFormat,
      event,
      targets,
      policy: policyOf(event, addresses, overrides),
      payload: {
        record_type: 'event',
        event_type: event,
        id,
        occurred_at: occurredAt,
        ...(event === 'call.conversation.ended' && { created_at: occurredAt }),
        payload,
      },
      createdAt: now,
    })
  }
}
