/** Twilio, as its apps and its SDKs know it. */
export { type Account, accountIn, type LoadedAccount } from './account/account.js'
export { twilioFormat, twilioWebhookFormat } from './callbacks/format.js'
export { createSigner, type Signer, type SignerOptions } from './callbacks/signer.js'
export { Twilio, type TwilioConfig, type TwilioOptions } from './twilio.js'
