import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** Where and how it was measured. */
export interface Conditions {
  readonly machine: string
  readonly system: string
  readonly load: string
  readonly streams: string
}

/** Call it before the measurement: the load is that of others then. */
export function conditionsHere(streams: number, seconds: number, raised: boolean): Conditions {
  const cores = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const load = loadavg()[0]!.toFixed(1)
  return {
    machine: `${cores[0]?.model ?? 'unknown processor'}, ${cores.length} cores, ${memory} GiB`,
    system: `${type()} ${release()}, Node ${process.version}`,
    load: `average of the minute before: ${load}; adapters and vendor share the machine, ${raised ? 'before ordinary work' : 'as ordinary work'}`,
    streams: `${streams} at a time for ${seconds} s, 16 kHz; the vendor in a process of its own, over loopback`,
  }
}
