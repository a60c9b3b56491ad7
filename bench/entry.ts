import { fileURLToPath } from 'node:url'

/**
 * Arguments for `node` to run the module beside the caller's in a process of its own, compiled or, under a TypeScript
 * runner, from source.
 */
export function entry(module: string, callerUrl: string): string[] {
  const extension = new URL(callerUrl).pathname.endsWith('.ts') ? '.ts' : '.js'
  return [...process.execArgv, fileURLToPath(new URL(module + extension, callerUrl))]
}
