import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** What `fork` is given to run a module in a process of its own. */
export interface ChildModule {
  readonly path: string
  readonly execArgv: string[]
}

/**
 * The module that lies beside the caller's: `childModule('./host-process', import.meta.url)`. Compiled, its JavaScript;
 * under a TypeScript runner (tests, `tsx`), its source.
 */
export function childModule(module: string, callerUrl: string): ChildModule {
  const compiled = !callerUrl.endsWith('.ts')
  const path = fileURLToPath(new URL(`${module}.${compiled ? 'js' : 'ts'}`, callerUrl))
  if (compiled) return { path, execArgv: [] }
  const tsx = createRequire(import.meta.url).resolve('tsx')
  return { path, execArgv: ['--import', pathToFileURL(tsx).href] }
}
