import { getPriority } from 'node:os'
import { type Machine, machineHere } from '../machine.js'

/** Where and how it was measured. */
export interface Conditions extends Machine {
  readonly media: string
  readonly clock: string
}

/** Call it before the measurement. */
export function conditionsHere(): Conditions {
  return {
    ...machineHere(`driver and relay share the machine, nice ${getPriority()}`),
    media: 'PCMU, 20 ms, over loopback; callers send noise, agents a tone; records written; media.shards 0',
    clock: "the driver's, when its event loop handles packet or frame: its own delays are included",
  }
}
