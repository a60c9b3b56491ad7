import { type ConfiguredVoice, type VoiceSettings, voiceSettings } from './voice.js'

/** A TwiML application. Times are ms since the Unix epoch. */
export interface Application extends VoiceSettings {
  /** `AP` and 32 hex digits. */
  readonly sid: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** An application of the configuration. */
export interface ConfiguredApplication extends ConfiguredVoice {
  readonly sid: string
}

export function configuredApplication({ sid, ...voice }: ConfiguredApplication, now: number): Application {
  return { sid, ...voiceSettings(voice, sid), createdAt: now, updatedAt: now }
}
