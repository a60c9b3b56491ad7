/** The session protocol: what goes over the app's WebSocket, in either platform's wire form. */
export { asyncApiDocument } from './asyncapi.js'
export type {
  EndCommand,
  InterruptMode,
  LanguageCommand,
  PlayCommand,
  RelayCommand,
  SendDigitsCommand,
  TextCommand,
} from './commands.js'
export type { Decoded, Dialect, DialectName, FrameProblem, SocketClose } from './dialect.js'
export { dialects } from './dialects.js'
export type {
  CallFacts,
  DtmfEvent,
  ErrorEvent,
  InfoEvent,
  InterruptEvent,
  PromptEvent,
  RelayEvent,
  SetupEvent,
} from './events.js'
export type {
  DtmfFrame,
  EndFrame,
  ErrorFrame,
  InterruptFrame,
  LanguageFrame,
  PlayFrame,
  PromptFrame,
  SendDigitsFrame,
  TextFrame,
} from './frames/common.js'
export {
  type TelnyxAppFrame,
  type TelnyxRelayFrame,
  type TelnyxSetupFrame,
  telnyxAppFrames,
  telnyxRelayFrames,
} from './frames/telnyx.js'
export {
  type TwilioAppFrame,
  type TwilioInfoFrame,
  type TwilioRelayFrame,
  type TwilioSetupFrame,
  twilioAppFrames,
  twilioRelayFrames,
} from './frames/twilio.js'
export { InvalidFrameCounter } from './invalid-frames.js'
export {
  checkRelaySettings,
  type ParsedRelaySettings,
  parseRelaySettings,
  RelaySettingsError,
  type SettingProblem,
} from './parse-relay-settings.js'
export {
  type LanguageSettings,
  type ProviderSettings,
  type RelaySettings,
  type Subscription,
  withoutKeys,
} from './relay-settings.js'
export { relaySettingsSchema, settingNames } from './settings-schema.js'
