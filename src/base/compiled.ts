import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from './package-root.js'

/**
 * The JavaScript that a source file was compiled to, where `npm test` has just done so and says where (TEST_COMPILED):
 * threads and processes that tests start from it are there several times as fast. Undefined
 * otherwise, and for what is not compiled.
 */
export function compiledFrom(source: URL): string | undefined {
  const folder = process.env['TEST_COMPILED']
  if (!folder) return undefined
  const file = join(folder, relative(packageRoot(), fileURLToPath(source)).replace(/\.ts$/, '.js'))
  return existsSync(file) ? file : undefined
}
