import { cpus, getPriority, loadavg, release, totalmem, type } from 'node:os'

/** Where and how it was measured. */
export interface Conditions {
  readonly machine: string
  readonly system: string
  readonly load: string
  readonly media: string
  readonly clock: string
}

/** Call it before the measurement: the load is that of others then. */
export function conditionsHere(): Conditions {
  const cores = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const load = loadavg()[0]!.toFixed(1)
  return {
    machine: `${cores[0]?.model ?? 'unknown processor'}, ${cores.length} cores, ${memory} GiB`,
    system: `${type()} ${release()}, Node ${process.version}`,
    load: `average of the minute before: ${load}; driver and relay share the machine, nice ${getPriority()}`,
    media: 'PCMU, 20 ms, over loopback; callers send noise, agents a tone; records written; media.shards 0',
    clock: "the driver's, when its event loop handles packet or frame: its own delays are included",
  }
}
