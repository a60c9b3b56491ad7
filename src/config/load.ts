import { isAbsolute, join } from 'node:path'
import { messageOf } from '../base/errors.js'
import { expectation } from '../base/expectation.js'
import { type Config, complete, type Machine } from './config.js'
import { type Environment, type EnvironmentSetting, fileVariable, readEnvironment } from './environment.js'
import { explain } from './explain.js'
import { ConfigError, type Origin } from './problem.js'
import { configSchema } from './schema.js'
import { withVendorVariables } from './speech.js'
import { readYaml, type YamlText } from './yaml.js'

/** Read in the working folder where PARLEY_CONFIG names no other. */
const DEFAULT_FILE = 'parley.yaml'

/** What a configuration is made from. */
export interface ConfigSources extends Machine {
  readonly env: Environment
  /** The text of a file; undefined where there is none. */
  readonly readFile: (path: string) => string | undefined
}

export interface LoadedConfig {
  readonly config: Config
  /** The file that was read, as it was named; undefined where there was none. */
  readonly file: string | undefined
  /** What looks like a mistake but does no harm. */
  readonly warnings: readonly string[]
}

interface ConfigFile extends YamlText {
  readonly name: string
}

/**
 * The node's configuration: the environment first, then the file, then the defaults.
 *
 * @throws ConfigError listing every mistake with its file and line, or variable
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const file = readConfigFile(sources)
  const { settings, warnings } = readEnvironment(sources.env)
  let input: unknown = file?.value ?? {}
  for (const { key, value } of settings) input = withValue(input, key.path, value)

  const parsed = configSchema.safeParse(input, { error: expectation, reportInput: true })
  if (!parsed.success) {
    throw new ConfigError(explain(parsed.error.issues, (path) => originOf(path, settings, file)))
  }
  const config = complete(parsed.data, sources)
  const vendors = withVendorVariables(config.speech.vendors ?? {}, sources.env)
  return { config: { ...config, speech: { ...config.speech, vendors } }, file: file?.name, warnings }
}

function readConfigFile({ env, readFile, cwd }: ConfigSources): ConfigFile | undefined {
  const named = env[fileVariable]
  const name = named || DEFAULT_FILE
  const text = textOf(name, () => readFile(isAbsolute(name) ? name : join(cwd, name)))
  if (text === undefined) {
    if (!named) return undefined
    throw new ConfigError([{ where: { name: fileVariable }, path: '', problem: `there is no file ${name}` }])
  }
  const yaml = readYaml(text)
  if (yaml.mistakes.length > 0) {
    throw new ConfigError(
      yaml.mistakes.map(({ line, message }) => ({ where: { name, line }, path: '', problem: message })),
    )
  }
  return { ...yaml, name }
}

function textOf(name: string, read: () => string | undefined): string | undefined {
  try {
    return read()
  } catch (thrown) {
    throw new ConfigError([
      { where: { name }, path: '', problem: `cannot be read: ${messageOf(thrown)}; expected a file in YAML` },
    ])
  }
}

/** What set the value at `path`: a variable of the environment, or a line of the file. */
function originOf(
  path: readonly PropertyKey[],
  settings: readonly EnvironmentSetting[],
  file: ConfigFile | undefined,
): Origin {
  const setting = settings.find(({ key }) => key.path.every((step, i) => step === path[i]))
  if (setting) return { name: setting.key.variable }
  return file ? { name: file.name, line: file.lineOf(path) } : { name: 'environment' }
}

/** A copy of `target` with `value` at `path`. What is in the way and no group stays: the check will name it. */
function withValue(target: unknown, path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  const group = target ?? {}
  if (!isGroup(group)) return target
  return { ...group, [step]: withValue(group[step], rest, value) }
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
