import { type Machine, machineHere } from '../machine.js'

/** Where and how it was measured. */
export interface Conditions extends Machine {
  readonly streams: string
}

/** Call it before the measurement. @param raised whether adapters and vendor go before the machine's other work */
export function conditionsHere(streams: number, seconds: number, raised: boolean): Conditions {
  const priority = raised ? 'before ordinary work' : 'as ordinary work'
  return {
    ...machineHere(`adapters and vendor share the machine, ${priority}`),
    streams: `${streams} at a time for ${seconds} s, 16 kHz; the vendor in a process of its own, over loopback`,
  }
}
