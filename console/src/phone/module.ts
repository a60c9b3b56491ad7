import type { CallOptions, Phone, PhoneDevices, PhoneLine, RegisterOptions } from '../../../web/types.js'

/** The relay's browser module, as any site would use it. */
export interface WebModule {
  call(options: CallOptions): Promise<Phone>
  register(options: RegisterOptions): PhoneLine
  devices(): Promise<PhoneDevices>
}

const address = '/web/parley.js'

/** Loads it from the relay, once it is needed. */
export function loadModule(): Promise<WebModule> {
  return import(/* @vite-ignore */ address)
}
