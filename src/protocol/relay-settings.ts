import type { InterruptMode } from './commands.js'
import type { DialectName } from './dialect.js'

/**
 * One session's settings, complete: every default is filled in. Made from a route of the configuration, a TwiML
 * document or a Telnyx command by `parseRelaySettings`; plain data, so it crosses threads.
 */
export interface RelaySettings {
  readonly url: string
  readonly dialect: DialectName
  readonly welcomeGreeting: string
  readonly welcomeGreetingInterruptible: InterruptMode
  readonly ttsLanguage: string
  readonly transcriptionLanguage: string
  /** As written by the app; '' lets the registry choose. */
  readonly ttsProvider: string
  readonly voice: string
  readonly transcriptionProvider: string
  readonly speechModel: string
  readonly interruptible: InterruptMode
  readonly interruptSensitivity: 'low' | 'medium' | 'high'
  readonly dtmfDetection: boolean
  readonly reportInputDuringAgentSpeech: InterruptMode
  readonly preemptible: boolean
  readonly hints: readonly string[]
  readonly partialPrompts: boolean
  readonly ignoreBackchannel: boolean
  /** Silence that ends a turn, in ms; `auto` leaves it to the engine or to the relay's own default. */
  readonly speechTimeout: 'auto' | number
  /** Confidence that ends a turn, 0.5 to 0.9, for engines that have one. */
  readonly eotThreshold: number
  readonly profanityFilter: boolean
  readonly deepgramSmartFormat: boolean
  readonly elevenlabsTextNormalization: 'on' | 'auto' | 'off'
  readonly echoPromptFiltering: boolean
  /** Union of `events` and `debug`: what the app subscribed to. */
  readonly subscriptions: readonly Subscription[]
  /** Whether a lost app is dialled again. */
  readonly applicationReconnect: boolean
  readonly languages: readonly LanguageSettings[]
  /** Providers to take, in this order, where the ones asked for are not to be had. */
  readonly failover: readonly ProviderSettings[]
  readonly parameters: Readonly<Record<string, string>>
  /** What only the voice's vendor knows, under the platforms' own names; `apiKey` is a key of the app's own account. */
  readonly voiceSettings: Readonly<Record<string, unknown>>
  /** What only the recogniser's vendor knows, under the platforms' own names. */
  readonly transcriptionSettings: Readonly<Record<string, unknown>>
  /** Why no session can be made of what was asked for: the app is dialled to be told, then the session fails. */
  readonly refusal?: string | undefined
}

export type Subscription = 'speaker-events' | 'tokens-played' | 'debugging'

/** What a `<Language>` element or a `languages[]` entry overrides for one language code. */
export interface LanguageSettings extends ProviderSettings {
  readonly code: string
  /** Phrases that are likely in this language, in place of the session's. */
  readonly hints?: readonly string[]
}

/** Which engines speak and understand. */
export interface ProviderSettings {
  readonly ttsProvider?: string
  readonly voice?: string
  readonly transcriptionProvider?: string
  readonly speechModel?: string
  readonly voiceSettings?: Readonly<Record<string, unknown>>
  readonly transcriptionSettings?: Readonly<Record<string, unknown>>
}

/** Settings as they may be written down: without the keys of vendors' accounts that apps brought. */
export function withoutKeys(settings: RelaySettings): RelaySettings {
  return {
    ...keyless(settings),
    languages: settings.languages.map(keyless),
    failover: settings.failover.map(keyless),
  }
}

type VendorOptions = Pick<ProviderSettings, 'voiceSettings' | 'transcriptionSettings'>

function keyless<Settings extends VendorOptions>(settings: Settings): Settings {
  const { voiceSettings, transcriptionSettings } = settings
  return {
    ...settings,
    ...(voiceSettings && { voiceSettings: withoutKey(voiceSettings) }),
    ...(transcriptionSettings && { transcriptionSettings: withoutKey(transcriptionSettings) }),
  }
}

function withoutKey({ apiKey: _, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return rest
}
