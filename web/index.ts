import { BrowserLine } from './line.js'
import type { PhoneDevices, PhoneLine, RegisterOptions } from './types.js'

export { call } from './call.js'
export { PhoneError } from './error.js'
export type * from './types.js'

/** Makes this page a client that can be called by a name. */
export function register(options: RegisterOptions): PhoneLine {
  return new BrowserLine(options)
}

/** Microphones and speakers. They have names once the microphone was allowed. */
export async function devices(): Promise<PhoneDevices> {
  const all = navigator.mediaDevices ? await navigator.mediaDevices.enumerateDevices() : []
  return {
    inputs: all.filter(({ kind }) => kind === 'audioinput'),
    outputs: all.filter(({ kind }) => kind === 'audiooutput'),
  }
}
