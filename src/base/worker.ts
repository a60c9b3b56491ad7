import { fileURLToPath } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Starts the worker thread whose module lies beside the caller's: `startWorker('./engine-worker', import.meta.url)`.
 * Runs from compiled JavaScript and, under a TypeScript runner (tests, `tsx`), from the sources.
 */
export function startWorker(module: string, callerUrl: string, options: WorkerOptions = {}): Worker {
  const fromSources = fileURLToPath(callerUrl).endsWith('.ts')
  const url = new URL(`${module}${fromSources ? '.ts' : '.js'}`, callerUrl)
  const execArgv = fromSources ? ['--import', 'tsx'] : []
  return new Worker(url, { ...options, execArgv: [...(options.execArgv ?? []), ...execArgv] })
}
