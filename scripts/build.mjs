// Compiles src, demo and bench to dist, and web to one file for browsers, where a source is newer than the last build.

import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './setup.mjs'

const stamp = join(root, 'dist', '.built')
const inputs = ['src', 'demo', 'bench', 'web', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']

/** Builds when it must. @returns {Promise<boolean>} whether dist is good */
export async function build() {
  if (isCurrent()) return true
  console.log('▸ Compiling')
  rmSync(stamp, { force: true })
  const compile = ['node_modules/typescript-native/bin/tsc', '-p', 'tsconfig.build.json']
  const [compiled] = await Promise.all([run(process.execPath, compile), bundleWeb()])
  const ok = compiled === 0
  if (ok) writeFileSync(stamp, '')
  return ok
}

/** The browser module: one ES module without dependencies. */
async function bundleWeb() {
  const { build: bundle } = await import('esbuild')
  await bundle({
    entryPoints: [join(root, 'web', 'index.ts')],
    outfile: join(root, 'dist', 'web', 'parley.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    logLevel: 'warning',
  })
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
