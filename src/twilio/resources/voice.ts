export type Method = 'GET' | 'POST'

/** What is done with a call: of a number, or of an application. '' where there is no URL. */
export interface VoiceSettings {
  readonly friendlyName: string
  readonly voiceUrl: string
  readonly voiceMethod: Method
  readonly voiceFallbackUrl: string
  readonly voiceFallbackMethod: Method
  readonly statusCallback: string
  readonly statusCallbackMethod: Method
}

/** As it is configured: what is left out is undefined. */
export type ConfiguredVoice = { readonly [Name in keyof VoiceSettings]?: VoiceSettings[Name] | undefined }

export function voiceSettings(given: ConfiguredVoice, friendlyName: string): VoiceSettings {
  return {
    friendlyName: given.friendlyName ?? friendlyName,
    voiceUrl: given.voiceUrl ?? '',
    voiceMethod: given.voiceMethod ?? 'POST',
    voiceFallbackUrl: given.voiceFallbackUrl ?? '',
    voiceFallbackMethod: given.voiceFallbackMethod ?? 'POST',
    statusCallback: given.statusCallback ?? '',
    statusCallbackMethod: given.statusCallbackMethod ?? 'POST',
  }
}
