import { readFileSync } from 'node:fs'

/** What a process has used so far. */
export interface Usage {
  /** ms of processor time, of all its threads. */
  readonly cpuMs: number
  /** Resident memory in MB (2^20 bytes). */
  readonly memoryMb: number
}

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** Reads /proc. @returns undefined on systems that have none */
export function usageOf(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything; utime and stime are the 14th and 15th fields.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kilobytes = Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1])
    return { cpuMs: (ticks * 1000) / TICKS_PER_SECOND, memoryMb: kilobytes / 1024 }
  } catch {
    return undefined
  }
}
