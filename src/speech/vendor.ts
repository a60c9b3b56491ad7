import type { SpeechToText, TextToSpeech } from './engine.js'

export type Gender = 'female' | 'male'

/** A voice as the registry asks an engine for it. */
export interface VoiceWish {
  /** Name as the app wrote it, or the part of it that is the engine's own; '' for none. */
  readonly name: string
  /** BCP-47 tag. */
  readonly language: string
  /** Where the name told. */
  readonly gender?: Gender | undefined
}

/** A voice that an engine has. */
export interface LocalVoice {
  /** The engine's name for it, for `SpeakRequest.voice`. */
  readonly voice: string
  readonly language: string
  readonly gender?: Gender
}

/** A text-to-speech engine that the registry can choose voices from. */
export interface RegisteredTts extends TextToSpeech {
  /** The voice of that name, or else one for the language and gender; undefined when it does not speak the language. */
  voiceFor(wish: VoiceWish): LocalVoice | undefined
  close(): Promise<void>
}

/** A speech-to-text engine that the registry can choose by language. */
export interface RegisteredStt extends SpeechToText {
  /** The tag it would recognise `language` under; undefined when it does not understand the language. */
  languageFor(language: string): string | undefined
  close(): Promise<void>
}

/** A row of the vendor table. */
export interface Vendor<Engine> {
  /** Its name in the configuration (`speech.stt`, `speech.tts`), and what apps may call it. */
  readonly name: string
  /** Other names that apps call it by, lower case. */
  readonly aliases: readonly string[]
  /** What it is, for the start banner. */
  readonly summary: string
  /** How to get it where it is missing. */
  readonly install: string
  /** @throws Error saying why it cannot be used here */
  readonly start: () => Promise<Engine>
}
