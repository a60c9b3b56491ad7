import { checkRelaySettings, type RelaySettings } from '../../protocol/index.js'
import { ApiError } from '../errors/index.js'
import type { EmbeddedRelay, Interruptible, RelayLanguage, RelayStart } from '../schemas/relay.js'
import { engineName, readEngineConfig } from './engines.js'
import { readVoiceName } from './voice.js'

/** Puts the key that `api_key_ref` names beside it, where there is one. */
export type ResolveKeys = (settings: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

/**
 * A session's settings out of the body of conversation_relay_start, or of `conversation_relay_config`. Of what can
 * stand in several places the outermost counts.
 *
 * @throws ApiError when no session can be made of it
 */
export function relaySettings(body: EmbeddedRelay | RelayStart, resolveKeys: ResolveKeys): RelaySettings {
  const start: RelayStart = body
  const nested = start.conversation_relay_settings
  const interruption = start.interruption_settings
  const config = readEngineConfig(start.transcription_engine_config)
  const languages = start.languages ?? nested?.languages ?? []
  const { structured_provider: structured } = start
  const voice = textIn(structured, 'voice_id') ?? start.voice ?? ''
  const parsed = checkRelaySettings({
    dialect: 'telnyx',
    url: start.url ?? start.conversation_relay_url ?? nested?.url,
    dtmfDetection: start.dtmf_detection ?? start.conversation_relay_dtmf_detection ?? nested?.dtmf_detection,
    welcomeGreeting: start.greeting,
    interruptible: first(
      start.interruptible,
      nested?.interruptible,
      interruption?.interruptible,
      interruption?.enable,
    ),
    welcomeGreetingInterruptible: first(
      start.interruptible_greeting,
      nested?.interruptible_greeting,
      interruption?.interruptible_greeting,
      interruption?.welcome_greeting_interruptible,
      interruption?.enable,
    ),
    language: start.language && tag(start.language),
    transcriptionLanguage: config.language,
    ttsProvider: start.tts_provider ?? start.provider ?? readVoiceName(voice).provider,
    voice,
    voiceSettings: resolveKeys({ ...start.voice_settings, ...structured }),
    transcriptionProvider: start.transcription_engine && engineName(start.transcription_engine),
    speechModel: config.model,
    transcriptionSettings: resolveKeys(start.transcription_engine_config ?? {}),
    hints: config.hints,
    ...knownOptions(start.transcription_engine_config),
    languages: languages.map((entry) => languageSettings(entry, resolveKeys)),
    parameters: parametersOf(start.assistant?.dynamic_variables, start.custom_parameters),
  })
  if (parsed.ok) return parsed.settings
  const [problem] = parsed.problems
  throw new ApiError({
    code: '10027',
    detail: `The '${problem!.path}' parameter must be ${problem!.expected}.`,
    pointer: `/${problem!.path.replaceAll('.', '/')}`,
  })
}

function languageSettings(entry: RelayLanguage, resolveKeys: ResolveKeys): Record<string, unknown> {
  const { voice, voice_settings: voiceSettings, transcription_engine_config: engineConfig } = entry
  const engine = entry.transcription_engine ?? entry.transcription_provider
  const config = readEngineConfig(engineConfig)
  return definite({
    code: tag(entry.language),
    ttsProvider: entry.tts_provider ?? ((voice && readVoiceName(voice).provider) || undefined),
    voice,
    voiceSettings: voiceSettings && resolveKeys(voiceSettings),
    transcriptionProvider: engine && engineName(engine),
    speechModel: config.model || entry.speech_model,
    hints: config.hints.length > 0 ? config.hints : undefined,
    transcriptionSettings: engineConfig && resolveKeys(engineConfig),
  })
}

/** Options that the session itself knows. */
function knownOptions(config: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const eot = config['eot_threshold']
  return definite({
    profanityFilter: flag(config['profanity_filter']),
    deepgramSmartFormat: flag(config['smart_format']),
    eotThreshold: typeof eot === 'number' && eot >= 0.5 && eot <= 0.9 ? eot : undefined,
  })
}

/** Both places add up; the app receives text, whatever the values were. */
function parametersOf(
  ...places: readonly (Readonly<Record<string, unknown>> | undefined)[]
): Record<string, string> {
  const entries = places.flatMap((place) => Object.entries(place ?? {}))
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]),
  )
}

function first(...values: readonly (Interruptible | undefined)[]): Interruptible {
  return values.find((value) => value !== undefined) ?? 'any'
}

/** BCP 47 has hyphens; some apps write underscores. */
function tag(language: string): string {
  return language.replaceAll('_', '-')
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

function textIn(object: Readonly<Record<string, unknown>> | undefined, key: string): string | undefined {
  const value = object?.[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function definite(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}
