import {
  checkRelaySettings,
  type DialectName,
  type RelaySettings,
  type SettingProblem,
  settingNames,
} from '../../../protocol/index.js'
import type { TwimlElement } from '../../document/element.js'
import { optionalText } from '../../document/fields.js'
import type { Reader } from '../../document/reader.js'

/** What a `<ConversationRelay>` asks for. */
export interface RelayWish {
  /** Undefined when no app can be dialled. */
  readonly settings: RelaySettings | undefined
  /** What is wrong, in words; the app, where it can be dialled, is told. */
  readonly refusal: string | undefined
}

/** Attributes of Twilio's for services that Parley does not have, and some that samples still carry. */
const idle = [
  'backgroundNoiseReduction',
  'conversationConfiguration',
  'conversationId',
  'intelligenceService',
  'interruptByDtmf',
  'turnDetection',
  'welcomeGreetingPreemptible',
]

/** Settings that are elements here, or say which platform's dialect is spoken. */
const notAttributes = new Set([
  'dialect',
  'failover',
  'languages',
  'parameters',
  'transcriptionSettings',
  'voiceSettings',
])
const attributeNames = settingNames.filter((name) => !notAttributes.has(name))

/** Attributes whose values are words of a list: documents written by Python say `True`. */
const wordNames = new Set([
  ...['applicationReconnect', 'debug', 'deepgramSmartFormat', 'dtmfDetection', 'echoPromptFiltering'],
  ...['elevenlabsTextNormalization', 'events', 'ignoreBackchannel', 'interruptible', 'interruptSensitivity'],
  ...['partialPrompts', 'preemptible', 'profanityFilter', 'reportInputDuringAgentSpeech', 'speechTimeout'],
  'welcomeGreetingInterruptible',
])
const optionalWord = optionalText.transform((value) => value?.toLowerCase())
const attributes = Object.fromEntries(
  attributeNames.map((name) => [name, wordNames.has(name) ? optionalWord : optionalText]),
)

const languageFields = {
  code: optionalText,
  ttsProvider: optionalText,
  voice: optionalText,
  transcriptionProvider: optionalText,
  speechModel: optionalText,
}

/**
 * Reads `<ConversationRelay>` with its `<Language>`, `<Parameter>` and `<Failover>`. A wrong value refuses the session as
 * a whole: the app is told and the session fails with 64101, as on Twilio.
 */
export function relayWish(element: TwimlElement, reader: Reader): RelayWish {
  const given = {
    ...reader.attributes(element, { element: 'ConversationRelay', fields: attributes, idle }),
    ...nested(element, reader),
    dialect: reader.dialect.name satisfies DialectName,
  }
  const problems = problemsOf(given)
  if (problems.length === 0) return { settings: settingsOf(given), refusal: undefined }
  const refusal = problems.map(sentence).join('; ')
  if (problems.some(({ path }) => path === 'url' || path === '')) return { settings: undefined, refusal }
  const wrong = new Set(problems.map(({ path }) => path.split('.')[0]))
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)))
  return { settings: { ...settingsOf(rest)!, refusal }, refusal }
}

function nested(element: TwimlElement, reader: Reader) {
  const children = reader.children(element, ['Language', 'Parameter', 'Failover'])
  const read = (name: string) => {
    const model = { element: name, fields: languageFields }
    return children.filter((child) => child.name === name).map((child) => reader.attributes(child, model))
  }
  return {
    languages: read('Language'),
    failover: read('Failover'),
    parameters: parametersOf(children, reader),
  }
}

/** `<Parameter name value>` among some elements. */
export function parametersOf(children: readonly TwimlElement[], reader: Reader): Record<string, string> {
  const pairs = children
    .filter(({ name }) => name === 'Parameter')
    .flatMap((child) => {
      const model = { element: 'Parameter', fields: { name: optionalText, value: optionalText } }
      const { name, value = '' } = reader.attributes(child, model)
      if (name) return [[name, value] as const]
      reader.warn(child, 'it has no name')
      return []
    })
  return Object.fromEntries(pairs)
}

function problemsOf(given: unknown): readonly SettingProblem[] {
  const checked = checkRelaySettings(given)
  return checked.ok ? [] : checked.problems
}

function settingsOf(given: unknown): RelaySettings | undefined {
  const checked = checkRelaySettings(given)
  return checked.ok ? checked.settings : undefined
}

function sentence({ path, value, expected }: SettingProblem): string {
  if (value === undefined) return `${path} is missing and must be ${expected}`
  return `${path} is ${JSON.stringify(value)} and must be ${expected}`
}
