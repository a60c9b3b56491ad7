import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** Where it was measured. */
export interface Machine {
  readonly machine: string
  readonly system: string
  readonly load: string
}

/** Call it before the measurement: the load is that of others then. @param beside who shares the machine, and how */
export function machineHere(beside: string): Machine {
  const cores = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return {
    machine: `${cores[0]?.model ?? 'unknown processor'}, ${cores.length} cores, ${memory} GiB`,
    system: `${type()} ${release()}, Node ${process.version}`,
    load: `average of the minute before: ${loadavg()[0]!.toFixed(1)}; ${beside}`,
  }
}
