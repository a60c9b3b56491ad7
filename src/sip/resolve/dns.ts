import type { NaptrRecord, SrvRecord } from 'node:dns'
import { lookup, Resolver } from 'node:dns/promises'

export type { NaptrRecord, SrvRecord }

/** What SIP asks of the DNS. No such name, or no record of that kind: an empty list. Rejects when nobody answers. */
export interface Dns {
  naptr(name: string): Promise<readonly NaptrRecord[]>
  srv(name: string): Promise<readonly SrvRecord[]>
  /** Addresses of one family (A, AAAA). */
  addresses(name: string, family: 4 | 6): Promise<readonly string[]>
}

/** ms that one name server has to answer, and how often each is asked. */
const patience = { timeout: 2_000, tries: 2 }

const absent = new Set(['ENOTFOUND', 'ENODATA', 'NOTFOUND', 'NODATA'])

/** The machine's own: its name servers for NAPTR and SRV, and for addresses all that it knows, /etc/hosts among it. */
export function systemDns(): Dns {
  const resolver = new Resolver(patience)
  return {
    naptr: (name) => orNone(resolver.resolveNaptr(name)),
    srv: (name) => orNone(resolver.resolveSrv(name)),
    addresses: async (name, family) => {
      const found = await orNone(lookup(name, { all: true, family }))
      return found.map(({ address }) => address)
    },
  }
}

async function orNone<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer
  } catch (error) {
    if (absent.has((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
