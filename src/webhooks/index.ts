export type { WebhookObserver } from './observer.js'
export { Outbox, type OutboxLimits, type OutboxOptions, outboxLimits } from './outbox.js'
export { HttpTransport, type SendRequest, type WebhookResponse } from './transport.js'
export type {
  DeliveryPolicy,
  Webhook,
  WebhookFormat,
  WebhookRequest,
  WebhookSender,
  WebhookTarget,
} from './webhook.js'
