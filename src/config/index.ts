/** The node's configuration: parley.yaml and the environment. */
export type { Config, ConfiguredRoute, Machine } from './config.js'
export type { Environment } from './environment.js'
export { configJsonSchema } from './keys.js'
export { type ConfigSources, type LoadedConfig, loadConfig } from './load.js'
export { ConfigError, type ConfigProblem } from './problem.js'
export { configTable, phoneTable, relayTable, trunkTable } from './reference.js'
export { suggest } from './suggest.js'
export type { ConfiguredTrunk } from './trunks.js'
