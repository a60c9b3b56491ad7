export type { SttCapabilities, TtsCapabilities } from './capabilities.js'
export { collectSpeech } from './collect-speech.js'
export type {
  Listening,
  ListeningEvents,
  ListenOptions,
  SpeakRequest,
  SpeechAudio,
  SpeechToText,
  TextToSpeech,
  Transcript,
  WordMark,
} from './engine.js'
export type { EngineFailure, SpeechObserver } from './failover/observer.js'
export { defaultFailoverTimes } from './failover/times.js'
export { primarySubtag } from './languages.js'
export type { SpeechOptions } from './options.js'
export type { EngineNames, EnginePreference } from './preference.js'
export {
  createSpeechRegistry,
  type SpeechRegistry,
  type TriedStt,
  type TriedTts,
} from './registry.js'
export type { ResolvedSpeechToText, ResolvedTextToSpeech, SttWish, TtsWish } from './resolve/wishes.js'
export { stripSsml } from './tts/ssml.js'
export { createEnergyDetector } from './vad/energy-detector.js'
export { isCloud, type RegisteredStt, type RegisteredTts, type SttVendor, type TtsVendor } from './vendor.js'
export type { VendorSettings } from './vendor-settings.js'
export { sttVendors, ttsVendors, vendorAccounts } from './vendors.js'
export type { VoiceActivity, VoiceDetector, VoiceListener } from './voice-activity.js'
