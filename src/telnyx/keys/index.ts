export { apiKeyIn, type MadeApiKey } from './api-key.js'
export { type SealingKey, sealingKey, sealingKeyIn } from './sealing-key.js'
export { type SigningKey, signingKey, signingKeyIn } from './signing-key.js'
