import { type ConfigKey, configKeys, type JsonSchema } from './keys.js'
import { suggest } from './suggest.js'
import { readYaml } from './yaml.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** A key that the environment sets. */
export interface EnvironmentSetting {
  readonly key: ConfigKey
  readonly value: unknown
}

export interface ReadEnvironment {
  readonly settings: readonly EnvironmentSetting[]
  /** Variables that begin with PARLEY_ and set nothing: a warning each, since whatever runs us may set its own. */
  readonly warnings: readonly string[]
}

/** Names the file itself. */
export const fileVariable = 'PARLEY_CONFIG'

/** Reads every variable that sets a key. An empty one counts as not set. */
export function readEnvironment(env: Environment): ReadEnvironment {
  const keys = new Map(configKeys().map((key) => [key.variable, key]))
  const settings: EnvironmentSetting[] = []
  const warnings: string[] = []
  for (const [variable, text] of Object.entries(env)) {
    if (!text || !variable.startsWith('PARLEY_') || variable === fileVariable) continue
    const key = keys.get(variable)
    if (key) settings.push({ key, value: readValue(text, key.schema) })
    else warnings.push(unknownVariable(variable, [...keys.keys(), fileVariable]))
  }
  return { settings, warnings }
}

/** Text stays text where text is wanted; all else is YAML, which JSON is a part of. A list may do with commas. */
function readValue(text: string, { type, anyOf = [] }: JsonSchema): unknown {
  if (type === 'string') return text
  // One or several, such as addresses, of which `::` would be a mapping in YAML.
  const isTextOrList = anyOf[0]?.type === 'string' && anyOf[1]?.type === 'array'
  if (isTextOrList && !text.startsWith('[')) return text.includes(',') ? itemsOf(text) : text
  const { value, mistakes } = readYaml(text)
  if (mistakes.length > 0) return text
  return type === 'array' && typeof value === 'string' ? itemsOf(value) : value
}

function itemsOf(text: string): string[] {
  return text.split(',').map((item) => item.trim())
}

function unknownVariable(variable: string, known: readonly string[]): string {
  const near = suggest(variable, known)
  return `${variable} sets nothing${near ? `; did you mean ${near}?` : ''}`
}
