import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { compiledFrom } from './compiled.js'

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
  const url = (extension: string) => new URL(`${module}.${extension}`, callerUrl)
  if (!callerUrl.endsWith('.ts')) return { path: fileURLToPath(url('js')), execArgv: [] }
  const compiled = compiledFrom(url('ts'))
  if (compiled) return { path: compiled, execArgv: [] }
  const tsx = createRequire(import.meta.url).resolve('tsx')
  return { path: fileURLToPath(url('ts')), execArgv: ['--import', pathToFileURL(tsx).href] }
}
