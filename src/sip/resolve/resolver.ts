import { isIP, isIPv6 } from 'node:net'
import { ParleyError } from '../../base/errors.js'
import type { SipPeer, TransportName } from '../transport.js'
import { parseUri, type SipUri } from '../uri.js'
import type { Dns } from './dns.js'
import { naptrServices, type Service, serviceOf } from './services.js'
import { srvOrder } from './srv-order.js'

/**
 * Where a request to a sip: or sips: URI goes: next hops, to be tried in this order (RFC 3263 §4). Never empty.
 * Rejects with `sip_unresolvable`, or `sip_message_invalid` for what is no such URI.
 */
export type ResolveHop = (uri: string) => Promise<readonly SipPeer[]>

export interface ResolverOptions {
  readonly dns: Dns
  /** What can be sent by, the one preferred first where the DNS does not say. */
  readonly transports: readonly TransportName[]
  /** Families that can be reached, the one preferred first. */
  readonly families: readonly (4 | 6)[]
  /** 0 up to but not 1. */
  readonly random: () => number
}

/** Hops that one name may come to: more would take longer to try than anybody waits. */
const maxHops = 16

/** Finds hops by NAPTR, SRV and address records (RFC 3263). */
export function createResolver(options: ResolverOptions): ResolveHop {
  return async (uri) => new Resolution(uri, options).hops()
}

class Resolution {
  private readonly uri: SipUri
  /** Name or address that is looked up. */
  private readonly target: string

  constructor(
    private readonly text: string,
    private readonly options: ResolverOptions,
  ) {
    this.uri = parseUri(text)
    this.target = this.uri.params.get('maddr') ?? this.uri.host
  }

  async hops(): Promise<readonly SipPeer[]> {
    const { port } = this.uri
    const allowed = this.transports()
    const [first] = allowed
    if (first === undefined) throw this.unresolvable('no transport of this node leads there')
    // Only a name without a port has more to say than its addresses (§4.2).
    if (isIP(this.target) > 0 || port !== undefined) {
      return this.found(await this.addresses(this.target, port ?? defaultPort(first), first))
    }
    const listed = await this.listed(allowed)
    if (listed.length > 0) return this.found(listed)
    return this.found(await this.addresses(this.target, defaultPort(first), first))
  }

  /** Transports that the URI leaves open, by preference (§4.1). */
  private transports(): readonly TransportName[] {
    const { scheme, params } = this.uri
    const named = params.get('transport')?.toLowerCase()
    const { transports } = this.options
    if (scheme === 'sips') {
      return transports.filter((name) => name === 'tls' && (named ?? 'tcp') !== 'udp')
    }
    return named === undefined ? transports : transports.filter((name) => name === named)
  }

  /** What SRV records list. Without NAPTR records, or where these lead nowhere, each transport is asked for. */
  private async listed(allowed: readonly TransportName[]): Promise<SipPeer[]> {
    const guesses = allowed.map((transport) => serviceOf(transport, this.target))
    if (this.uri.params.has('transport')) return this.servers(guesses)
    const named = naptrServices(await optional(this.options.dns.naptr(this.target)), allowed)
    const hops = await this.servers(named)
    return hops.length > 0 ? hops : this.servers(guesses)
  }

  private async servers(services: readonly Service[]): Promise<SipPeer[]> {
    const { dns, random } = this.options
    const lists = await Promise.all(
      services.map(async ({ transport, name }) => {
        const records = srvOrder(await optional(dns.srv(name)), random).slice(0, maxHops)
        // RFC 2782: a lone dot says that the service is not offered there.
        const offered = records.filter((record) => record.name !== '' && record.name !== '.')
        const hops = offered.map((record) => optional(this.addresses(record.name, record.port, transport)))
        return (await Promise.all(hops)).flat()
      }),
    )
    return lists.flat()
  }

  private async addresses(host: string, port: number, transport: TransportName): Promise<SipPeer[]> {
    const { dns, families } = this.options
    const hop = (address: string): SipPeer => ({
      transport,
      address,
      port,
      ...(transport === 'tls' && { domain: this.uri.host }),
    })
    if (isIP(host) > 0) return families.includes(isIPv6(host) ? 6 : 4) ? [hop(host)] : []
    const answers = await Promise.allSettled(families.map((family) => dns.addresses(host, family)))
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    const failed = answers.find((answer) => answer.status === 'rejected')
    if (found.length === 0 && failed) throw this.unresolvable('the DNS does not answer', failed.reason)
    return found.map(hop)
  }

  private found(hops: readonly SipPeer[]): readonly SipPeer[] {
    if (hops.length === 0) throw this.unresolvable('there is no address that this node can reach')
    return hops.slice(0, maxHops)
  }

  private unresolvable(why: string, cause?: unknown): ParleyError {
    return new ParleyError('sip_unresolvable', `${this.text.slice(0, 200)}: ${why}.`, { cause })
  }
}

function defaultPort(transport: TransportName): number {
  return transport === 'tls' ? 5061 : 5060
}

/** Name servers that cannot answer NAPTR or SRV are common: their failure is no reason not to call. */
async function optional<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  return answer.catch(() => [])
}
