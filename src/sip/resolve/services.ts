import type { TransportName } from '../transport.js'
import type { NaptrRecord } from './dns.js'

/** The names under which a transport stands in the DNS (RFC 3263 §4.1). */
const services: Readonly<Record<TransportName, { readonly naptr: string; readonly srv: string }>> = {
  udp: { naptr: 'SIP+D2U', srv: '_sip._udp' },
  tcp: { naptr: 'SIP+D2T', srv: '_sip._tcp' },
  tls: { naptr: 'SIPS+D2T', srv: '_sips._tcp' },
}

/** Where the servers of one transport are listed. */
export interface Service {
  readonly transport: TransportName
  /** Name to ask for SRV records. */
  readonly name: string
}

export function serviceOf(transport: TransportName, host: string): Service {
  return { transport, name: `${services[transport].srv}.${host}` }
}

/** What NAPTR records lead to, of the transports allowed, the owner's favourite first. */
export function naptrServices(
  records: readonly NaptrRecord[],
  allowed: readonly TransportName[],
): readonly Service[] {
  return [...records]
    .sort((a, b) => a.order - b.order || a.preference - b.preference)
    .flatMap(({ flags, service, replacement }) => {
      const transport = allowed.find((name) => services[name].naptr === service.toUpperCase())
      return transport && flags.toLowerCase() === 's' && replacement ? [{ transport, name: replacement }] : []
    })
}
