import type { Log } from '../base/log.js'
import type { PhoneBook } from '../calls/index.js'
import type { Config } from '../config/index.js'
import { Registrar } from '../sip/index.js'

/** Takes the registrations of the configured phones, and logs what becomes of them. */
export function createRegistrar({ sip, phones }: Config, log: Log): Registrar {
  const registrar = new Registrar({
    phones,
    realm: sip.auth?.realm ?? 'parley',
    // As `sip.auth.algorithms` has it: many phones know no other.
    algorithms: sip.auth?.algorithms ?? ['MD5'],
    log,
  })
  registrar.onChange((phone, bindings) => {
    log.info({ phone, contacts: bindings.map(({ contact }) => contact) }, 'phone registration')
  })
  return registrar
}

/** Where the phones can be called, for who dials them by name. */
export function phoneBook(registrar: Registrar): PhoneBook {
  return {
    lookup(name) {
      if (!registrar.has(name)) return undefined
      return registrar.lookup(name).map(({ contact, path }) => ({
        uri: contact,
        hops: [],
        headers: path.map((proxy) => ['Route', proxy] as const),
      }))
    },
  }
}
