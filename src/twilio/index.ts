/** Twilio, as its apps and its SDKs know it. */
export { type Account, accountIn, type LoadedAccount } from './account/account.js'
export type { Recorder } from './call/recorder.js'
export { callbackLog } from './callbacks/callback-log.js'
export { twilioFormat, twilioWebhookFormat } from './callbacks/format.js'
export { createSigner, type Signer, type SignerOptions } from './callbacks/signer.js'
export { answerAsTwilio, notFound } from './http/answers.js'
export { ApiError, refuse } from './http/api-error.js'
export { Form, readForms } from './http/form.js'
export { metaPage, pageWish, type Slice, sliceOf } from './http/page.js'
export { queryOf } from './http/query.js'
export type { Recordings } from './resources/recordings.js'
export {
  type InnerDocuments,
  Twilio,
  type TwilioConfig,
  type TwilioOptions,
  type TwilioVoice,
} from './twilio.js'
