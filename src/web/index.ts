export { CallTokens, type TokenGrant } from './tokens/call-token.js'
export { tokenKeyIn } from './tokens/token-key.js'
export { readTokenWish, type TokenWish } from './tokens/token-wish.js'
export { WebPhone, type WebPhoneOptions } from './web-phone.js'
