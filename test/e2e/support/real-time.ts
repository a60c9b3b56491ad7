import { spawnSync } from 'node:child_process'

const allowed = process.platform === 'linux' && spawnSync('chrt', ['--rr', '1', 'true']).status === 0

/**
 * A phone as hardware phones are: its audio does not wait for what else a busy machine does. Where the system does not allow
 * it, the program as it is.
 */
export function inRealTime(program: string, args: readonly string[]): [string, string[]] {
  return allowed ? ['chrt', ['--rr', '1', program, ...args]] : [program, [...args]]
}
