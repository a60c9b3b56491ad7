// Builds the programs of src, demo and bench, web as one file for browsers, and the console, all in dist, each where a source
// is newer than the last build.

import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole } from './build-console.mjs'
import { buildPrograms } from './build-programs.mjs'
import { root } from './setup.mjs'

const shared = ['package-lock.json', 'scripts/build.mjs']
const parts = [
  {
    name: 'Building the programs',
    stamp: join(root, 'dist', '.built'),
    inputs: [...shared, 'src', 'demo', 'bench', 'tsconfig.json', 'scripts/build-programs.mjs'],
    build: buildPrograms,
  },
  {
    name: 'Bundling the browser module',
    stamp: join(root, 'dist', '.built-web'),
    inputs: [...shared, 'web'],
    build: bundleWeb,
  },
  {
    name: 'Building the console',
    stamp: join(root, 'dist', '.built-console'),
    // Of src it takes the tables of errors, what makes turns and notes of timelines, the drawing of flows, and types.
    inputs: [
      ...shared,
      'console',
      'scripts/build-console.mjs',
      'src/base/error-table.ts',
      'src/base/flow-errors.ts',
      'src/session/timeline-notes.ts',
      'src/session/turn-tracker.ts',
      'src/studio/drawing',
    ],
    build: buildConsole,
  },
]

/** Builds what it must. @returns {Promise<boolean>} whether dist is good */
export async function build() {
  for (const { name, stamp, inputs, build: make } of parts) {
    if (isCurrent(stamp, inputs)) continue
    console.log(`▸ ${name}`)
    rmSync(stamp, { force: true })
    if (!(await make())) return false
    writeFileSync(stamp, '')
  }
  return true
}

/** The browser module: one ES module without dependencies. */
async function bundleWeb() {
  const { build: bundle, stop } = await import('esbuild')
  const { errors } = await bundle({
    entryPoints: [join(root, 'web', 'index.ts')],
    outfile: join(root, 'dist', 'web', 'parley.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    logLevel: 'warning',
  })
  // Its helper would live as long as the relay that `npm start` goes on to be.
  await stop()
  return errors.length === 0
}

function isCurrent(stamp, inputs) {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit((await build()) ? 0 : 1)
