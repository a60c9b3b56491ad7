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
export {
  createSpeechRegistry,
  type ResolvedSpeechToText,
  type ResolvedTextToSpeech,
  type SpeechNames,
  type SpeechRegistry,
} from './registry.js'
export { stripSsml } from './tts/ssml.js'
export { createEnergyDetector } from './vad/energy-detector.js'
export type { VoiceActivity, VoiceDetector, VoiceListener } from './voice-activity.js'
