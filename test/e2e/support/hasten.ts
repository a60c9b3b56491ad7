import type { ChildProcess } from 'node:child_process'
import { setPriority } from 'node:os'
import koffi from 'koffi'

/** `SCHED_RR` (sched(7)): in turns with the relay's own threads that carry media. */
const ROUND_ROBIN = 2

/**
 * Lets a phone go before other programs, as one that is a machine of its own: it would send late else, where this one is
 * busy, and be heard with gaps. Without the right to do so it does not.
 */
export function hasten({ pid }: ChildProcess): void {
  if (pid === undefined || process.platform !== 'linux') return
  const setScheduler = koffi
    .load(null)
    .func('int sched_setscheduler(int thread, int policy, const int *priority)')
  if (setScheduler(pid, ROUND_ROBIN, [1]) === 0) return
  try {
    setPriority(pid, -10)
  } catch {}
}
