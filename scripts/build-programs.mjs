// The programs of src, demo and bench, and the modules of their threads and processes, at the places of their sources in
// dist. What they share is in few files: a thousand modules one by one take a relay longer to load than all else at its start.

import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './setup.mjs'

const folders = ['src', 'demo', 'bench']
const programs = ['src/cli/bin.ts', 'demo/main.ts', 'bench/main.ts']

/**
 * Packages with native code, WebAssembly or threads, which look for files beside their own, and those of CommonJS that are
 * imported late: bundled, they would come without the names that they export.
 */
const asInstalled = [
  'better-sqlite3',
  'koffi',
  'mpg123-decoder',
  'node-datachannel',
  'onnxruntime-node',
  'opusscript',
  'pino',
  'pino-pretty',
  'playwright-core',
  'selfsigned',
  'wasm-media-encoders',
]

/** @returns {Promise<boolean>} whether it went well */
export async function buildPrograms() {
  const { build, stop } = await import('esbuild')
  for (const folder of folders) rmSync(join(root, 'dist', folder), { recursive: true, force: true })
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [...programs, ...startedModules()],
      outdir: 'dist',
      outbase: '.',
      chunkNames: 'src/chunks/[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: true,
      sourcesContent: false,
      // For packages of CommonJS.
      banner: {
        js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url)",
      },
      external: asInstalled,
      plugins: [ownUrls],
      logLevel: 'warning',
    })
    return true
  } catch {
    // esbuild has printed what is wrong.
    return false
  } finally {
    // Its helper would live as long as the relay that `npm start` goes on to be.
    await stop()
  }
}

/** Modules that threads and processes are started with: `startWorker('./decode-worker', import.meta.url)` and its like. */
function startedModules() {
  return sources().flatMap((path) => {
    const started = readFileSync(join(root, path), 'utf8').matchAll(
      /^[^*\n]*\('(\.[^']+)', import\.meta\.url/gm,
    )
    return [...started].map(([, module]) => `${join(path, '..', module)}.ts`)
  })
}

function sources() {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
}

/** Wherever its code ends up, a module's `import.meta.url` is the place in dist that its source has in the project. */
const ownUrls = {
  name: 'own-urls',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
      if (!contents.includes('import.meta.url')) return
      const place = JSON.stringify(`/dist/${relative(root, path).replace(/ts$/, 'js')}`)
      const url = `(import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/')) + ${place})`
      return { loader: 'ts', contents: contents.replaceAll('import.meta.url', url) }
    })
  },
}
