export { telnyxFormat, telnyxWebhookFormat } from './format.js'
export * as payloads from './payloads.js'
export { Publisher } from './publisher.js'
export { defaultPolicy, type WebhookAddresses, type WebhookOverrides, withOverrides } from './routing.js'
