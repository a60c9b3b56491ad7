export { CallTokens, type TokenGrant } from './tokens/call-token.js'
export { tokenKeyIn } from './tokens/token-key.js'
export { MOST_TOKEN_SECONDS, TOKEN_SECONDS } from './tokens/token-wish.js'
export { WebPhone, type WebPhoneOptions } from './web-phone.js'
