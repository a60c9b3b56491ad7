import { getPriority, setPriority } from 'node:os'

/** Nice value of a thread that must not wait for others: above all ordinary work, below the kernel's own. */
const URGENT = -10

/** What the process was started with. Known before any thread is raised, since this is loaded at its start. */
const ordinary = getPriority()

/**
 * Lets the calling thread go before all ordinary ones, as telephone exchanges do: on a busy machine audio is paced in time
 * and the rest waits. Linux only, where each thread has a nice value of its own. What the thread starts from now on inherits
 * it, hence `ordinaryPriority`.
 * @returns false where the system does not allow it (it wants root or CAP_SYS_NICE)
 */
export function raisePriority(): boolean {
  if (process.platform !== 'linux') return false
  return attempt(() => setPriority(0, URGENT))
}

/** Puts a process that a raised thread started back where it belongs. */
export function ordinaryPriority(pid: number | undefined): void {
  if (pid !== undefined) attempt(() => setPriority(pid, ordinary))
}

/** Source text of a promise: a thread that begins with it is ordinary when it is settled. */
export const ordinaryThread = `import('node:os').then((os) => os.setPriority(0, ${ordinary})).catch(() => {})`

function attempt(change: () => void): boolean {
  try {
    change()
    return true
  } catch {
    return false
  }
}
