import type { ChildProcess } from 'node:child_process'
import { setPriority } from 'node:os'

/**
 * Lets a phone go before other programs, as one that is a machine of its own: it would send late else, where this one is
 * busy, and be heard with gaps. Without the right to do so it does not.
 */
export function hasten({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, -10)
  } catch {}
}
