import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../base/package-root.js'
import { type LoadedConfig, loadConfig } from '../config/index.js'

/** The configuration of this machine, environment and working folder. @throws ConfigError */
export function configHere(): LoadedConfig {
  return loadConfig({
    env: process.env,
    cores: availableParallelism(),
    cwd: process.cwd(),
    readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  })
}

export function version(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version
}
