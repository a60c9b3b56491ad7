import { getPriority, setPriority } from 'node:os'
import koffi from 'koffi'

/** `SCHED_RR | SCHED_RESET_ON_FORK` (sched(7)): in turns before all ordinary threads; threads and programs that it starts are ordinary. */
const ROUND_ROBIN = 2 | 0x40000000
/** The least of the real-time priorities: before ordinary threads, after whatever else the machine runs in real time. */
const LEAST = 1
/** Nice value where real time is not allowed: above all ordinary work, below the kernel's own. */
const URGENT = -10

/** What the process was started with. Known before any thread is raised, since this is loaded at its start. */
const ordinary = getPriority()

/**
 * Lets the calling thread go before all ordinary ones, as telephone exchanges do: on a busy machine audio is paced in time
 * and the rest waits. Real time (of which the kernel leaves a twentieth to others) or, where that is not allowed, a better
 * nice value; what the thread starts from then on inherits the latter, hence `ordinaryPriority`. Linux only, where each
 * thread has a priority of its own.
 * @returns false where the system allows neither (it wants root or CAP_SYS_NICE)
 */
export function raisePriority(): boolean {
  if (process.platform !== 'linux') return false
  return realTime() || attempt(() => setPriority(0, URGENT))
}

/** Puts a process that a raised thread started back where it belongs. */
export function ordinaryPriority(pid: number | undefined): void {
  if (pid !== undefined) attempt(() => setPriority(pid, ordinary))
}

/** Source text of a promise: a thread that begins with it is ordinary when it is settled. */
export const ordinaryThread = `import('node:os').then((os) => os.setPriority(0, ${ordinary})).catch(() => {})`

function realTime(): boolean {
  try {
    const setScheduler = koffi
      .load(null)
      .func('int sched_setscheduler(int thread, int policy, const int *priority)')
    return setScheduler(0, ROUND_ROBIN, [LEAST]) === 0
  } catch {
    return false
  }
}

function attempt(change: () => void): boolean {
  try {
    change()
    return true
  } catch {
    return false
  }
}
