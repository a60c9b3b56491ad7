import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { compiledFrom } from './compiled.js'
import { ordinaryThread } from './priority.js'

/**
 * Starts the worker thread whose module lies beside the caller's: `startWorker('./engine-worker', import.meta.url)`.
 * Runs from compiled JavaScript and, under a TypeScript runner (tests, `tsx`), from the sources.
 */
export function startWorker(module: string, callerUrl: string, options: WorkerOptions = {}): Worker {
  const caller = new URL(callerUrl)
  const start = caller.pathname.endsWith('.ts')
    ? importSource(new URL(`${module}.ts`, caller))
    : `import(${JSON.stringify(new URL(`${module}.js`, caller))})`
  return new Worker(`${ordinaryThread}.then(() => ${start})`, { ...options, eval: true })
}

function importSource(source: URL): string {
  const compiled = compiledFrom(source)
  return compiled ? `import(${JSON.stringify(pathToFileURL(compiled))})` : importWithTsx(source)
}

/** A thread does not inherit a runner's loader, and tsx does nothing in a thread's execArgv: it registers its own. */
function importWithTsx(source: URL): string {
  const packageFile = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'))
  const tsx = JSON.stringify(new URL('dist/esm/api/index.mjs', packageFile))
  return `import(${tsx}).then(({ register }) => { register(); return import(${JSON.stringify(source)}) })`
}
