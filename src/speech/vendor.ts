import type { Clock } from '../base/clock.js'
import type { SttCapabilities, TtsCapabilities } from './capabilities.js'
import type { SpeechToText, TextToSpeech } from './engine.js'
import type { ModelOptions } from './options.js'
import type { VendorSettings, VendorVariables } from './vendor-settings.js'

export type Gender = 'female' | 'male'

/** A voice as the registry asks an engine for it. */
export interface VoiceWish {
  /** Name as the app wrote it, or the part of it that is the engine's own; '' for none. */
  readonly name: string
  /** BCP-47 tag. */
  readonly language: string
  /** Where the name told. */
  readonly gender?: Gender | undefined
  /** Model as the app wrote it; absent for the engine's own choice. */
  readonly model?: string | undefined
  /** Whether it is this engine's voice that was asked for, and not just anybody's of that name. */
  readonly own?: boolean | undefined
}

/** A voice that an engine has. */
export interface LocalVoice {
  /** The engine's name for it, for `SpeakRequest.voice`. */
  readonly voice: string
  readonly language: string
  readonly gender?: Gender
  /** For `SpeakRequest.model`. */
  readonly model?: string | undefined
}

/** A text-to-speech engine that the registry can choose voices from. */
export interface RegisteredTts extends TextToSpeech {
  /** What it is here, for the start banner; its row's where absent. */
  readonly summary?: string
  /** The voice of that name, or else one for the language and gender; undefined when it does not speak the language. */
  voiceFor(wish: VoiceWish): LocalVoice | undefined
  /** Why the vendor itself would refuse this wish; undefined where it would not, or takes anything. */
  refusal?(wish: VoiceWish): Refusal | undefined
  close(): Promise<void>
}

/** A model and a language as the registry asks a recogniser for them. */
export interface EarWish {
  /** As the app wrote it; '' for the engine's own choice. */
  readonly model: string
  /** BCP-47 tag, or `multi` where the language is to be found out. */
  readonly language: string
}

/** A speech-to-text engine that the registry can choose by language. */
export interface RegisteredStt extends SpeechToText {
  /** What it is here, for the start banner; its row's where absent. */
  readonly summary?: string
  /**
   * The tag it would recognise `language` under; undefined when it does not understand the language.
   * @param model as the app wrote it, where it makes a difference
   */
  languageFor(language: string, model?: string): string | undefined
  /** Why the vendor itself would refuse this wish; undefined where it would not, or takes anything. */
  refusal?(wish: EarWish): Refusal | undefined
  close(): Promise<void>
}

/** What of a wish a vendor does not have. */
export type Refusal = 'language' | 'model' | 'voice'

/** What all vendors of the table have. */
interface VendorRow<Capabilities> {
  /** Its name in the configuration (`speech.stt`, `speech.tts`), and what apps may call it. */
  readonly name: string
  /** Other names that apps call it by, lower case. */
  readonly aliases: readonly string[]
  /** What it is, for the start banner. */
  readonly summary: string
  /** How to get it where it is missing. */
  readonly install: string
  readonly capabilities: Capabilities
}

/** A vendor whose engine is on this machine. */
export interface LocalVendor<Engine, Capabilities> extends VendorRow<Capabilities> {
  /** @throws Error saying why it cannot be used here */
  readonly start: (context: LocalContext) => Promise<Engine>
}

/** What engines of this machine work with. */
export interface LocalContext {
  readonly models?: ModelOptions | undefined
}

/** What engines of cloud vendors work with. */
export interface EngineContext {
  readonly clock: Clock
  /** ms until a connection must be up. */
  readonly connectTimeoutMs: number
}

/** A vendor whose engine is reached over the network. */
export interface CloudVendor<Engine, Capabilities> extends VendorRow<Capabilities> {
  /** Its section of `speech.vendors`. */
  readonly account: string
  /** Environment variables that set the same. */
  readonly variables: VendorVariables
  /** Whether these settings suffice to try. */
  readonly configured: (settings: VendorSettings) => boolean
  /**
   * Its own name of another vendor's voice or model that it passes on to that vendor; undefined where it does not.
   * @param provider lower case
   * @param name as the app wrote it
   */
  readonly carries?: (provider: string, name: string) => string | undefined
  /** Cheap: connects to nothing. @throws Error where a package is missing */
  readonly create: (settings: VendorSettings, context: EngineContext) => Engine
}

/** A row of the vendor table. */
export type Vendor<Engine, Capabilities> =
  | LocalVendor<Engine, Capabilities>
  | CloudVendor<Engine, Capabilities>

export type TtsVendor = Vendor<RegisteredTts, TtsCapabilities>
export type SttVendor = Vendor<RegisteredStt, SttCapabilities>
export type CloudTtsVendor = CloudVendor<RegisteredTts, TtsCapabilities>
export type CloudSttVendor = CloudVendor<RegisteredStt, SttCapabilities>

export function isCloud<Row extends object>(
  vendor: Row,
): vendor is Extract<Row, { readonly account: string }> {
  return 'account' in vendor
}
