import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Starts the worker thread whose module lies beside the caller's: `startWorker('./engine-worker', import.meta.url)`.
 * Runs from compiled JavaScript and, under a TypeScript runner (tests, `tsx`), from the sources.
 */
export function startWorker(module: string, callerUrl: string, options: WorkerOptions = {}): Worker {
  const caller = new URL(callerUrl)
  if (!caller.pathname.endsWith('.ts')) return new Worker(new URL(`${module}.js`, caller), options)
  // A thread does not inherit a runner's loader, and tsx does nothing in a thread's execArgv: it registers its own.
  const packageFile = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'))
  const tsx = JSON.stringify(new URL('dist/esm/api/index.mjs', packageFile))
  const source = JSON.stringify(new URL(`${module}.ts`, caller))
  const start = `import(${tsx}).then(({ register }) => { register(); return import(${source}) })`
  return new Worker(start, { ...options, eval: true })
}
