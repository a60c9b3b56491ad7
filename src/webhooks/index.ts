export type {
  DeliveryPolicy,
  Webhook,
  WebhookFormat,
  WebhookRequest,
  WebhookSender,
  WebhookTarget,
} from './webhook.js'
