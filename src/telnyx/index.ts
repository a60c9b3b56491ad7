/** Telnyx's Call Control, as its apps and its SDK know it. */
export { ApiError } from './errors/index.js'
export { apiKeyIn, type MadeApiKey, type SigningKey, signingKeyIn } from './keys/index.js'
export type { ConfiguredApplication } from './resources/applications.js'
export { Telnyx, type TelnyxConfig, type TelnyxOptions } from './telnyx.js'
export { texmlFormat, texmlWebhookFormat } from './texml/callbacks.js'
export { telnyxFormat, telnyxWebhookFormat } from './webhooks/index.js'
