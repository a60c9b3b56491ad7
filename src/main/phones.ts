import { isIPv6 } from 'node:net'
import { systemClock } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { PhoneBook } from '../calls/index.js'
import type { Config } from '../config/index.js'
import { CachedDns, createResolver, Registrar, type ResolveHop, systemDns } from '../sip/index.js'

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

/** Where requests go: to a phone's contact by the way it registered, to all else by RFC 3263. */
export function createHopResolver({ sip }: Config, registrar: Registrar): ResolveHop {
  const resolve = createResolver({
    dns: new CachedDns(systemDns(), systemClock),
    transports: sip.transports,
    families: [isIPv6(sip.host) ? 6 : 4],
    random: Math.random,
  })
  return async (uri) => {
    const hop = registrar.hopTo(uri)
    return hop ? [hop] : resolve(uri)
  }
}
