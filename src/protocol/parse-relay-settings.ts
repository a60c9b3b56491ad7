import { ParleyError } from '../base/errors.js'
import { expectation } from '../base/expectation.js'
import type { RelaySettings } from './relay-settings.js'
import { languageSettingNames, relaySettingsSchema, settingNames } from './settings-schema.js'

/** One setting that is not allowed: where it is (`languages.0.code`), what it is, and what it must be. */
export interface SettingProblem {
  readonly path: string
  readonly value: unknown
  /** A noun phrase: `a whole number from 600 to 5000`. */
  readonly expected: string
}

export type ParsedRelaySettings =
  | { readonly ok: true; readonly settings: RelaySettings }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] }

/** Settings that no session can be made of; lists everything that is wrong with them. */
export class RelaySettingsError extends ParleyError {
  constructor(readonly problems: readonly SettingProblem[]) {
    super('relay_setting_invalid', `Invalid ConversationRelay settings: ${problems.map(sentence).join('; ')}`)
  }
}

const schema = relaySettingsSchema('ignore')
const names = byLowerCase(settingNames)
const languageNames = byLowerCase(languageSettingNames)

/**
 * Reads settings under their Twilio attribute names, in any letter case (Twilio's own SDKs differ there), values as
 * strings or as what they mean. Unknown names are ignored, as Twilio ignores them.
 *
 * @throws RelaySettingsError listing every problem
 */
export function parseRelaySettings(input: unknown): RelaySettings {
  const parsed = checkRelaySettings(input)
  if (!parsed.ok) throw new RelaySettingsError(parsed.problems)
  return parsed.settings
}

/** As `parseRelaySettings`, without throwing. */
export function checkRelaySettings(input: unknown): ParsedRelaySettings {
  const parsed = schema.safeParse(canonical(input), { error: expectation, reportInput: true })
  if (parsed.success) return { ok: true, settings: parsed.data }
  const problems = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    value: issue.input,
    expected: issue.message,
  }))
  return { ok: false, problems }
}

function sentence({ path, value, expected }: SettingProblem): string {
  const where = path === '' ? 'they' : path
  return value === undefined
    ? `${where} is missing: it must be ${expected}`
    : `${where} is ${JSON.stringify(value)} and must be ${expected}`
}

/** The same settings under the names as we write them. */
function canonical(input: unknown): unknown {
  const settings = renamed(input, names)
  if (!isObject(settings)) return settings
  const lists = ['languages', 'failover'].flatMap((name) => {
    const list = settings[name]
    return Array.isArray(list) ? [[name, list.map((entry) => renamed(entry, languageNames))]] : []
  })
  return { ...settings, ...Object.fromEntries(lists) }
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [names.get(key.toLowerCase()) ?? key, v]))
}

function byLowerCase(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
