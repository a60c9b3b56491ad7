// Compiles src, demo and bench to dist, where a source is newer than the last build.

import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './setup.mjs'

const stamp = join(root, 'dist', '.built')
const inputs = ['src', 'demo', 'bench', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']

/** Builds when it must. @returns {Promise<boolean>} whether dist is good */
export async function build() {
  if (isCurrent()) return true
  console.log('▸ Compiling')
  rmSync(stamp, { force: true })
  const compile = ['node_modules/typescript-native/bin/tsc', '-p', 'tsconfig.build.json']
  const ok = (await run(process.execPath, compile)) === 0
  if (ok) writeFileSync(stamp, '')
  return ok
}

function isCurrent() {
  if (!existsSync(stamp)) return false
  return newest(inputs.map((name) => join(root, name))) < statSync(stamp).mtimeMs
}

/** Latest change of files and, for names added or removed, of folders. */
function newest(paths) {
  return Math.max(
    ...paths.filter(existsSync).map((path) => {
      const stat = statSync(path)
      if (!stat.isDirectory()) return stat.mtimeMs
      return Math.max(stat.mtimeMs, newest(readdirSync(path).map((name) => join(path, name))))
    }),
  )
}
