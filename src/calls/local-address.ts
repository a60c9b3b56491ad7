import { BlockList, isIPv6 } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

/**
 * The address of this machine that a peer reaches: `bound` itself unless it is a wildcard; otherwise the address in
 * the peer's own network, or else the first that is not loopback.
 */
export function localAddressTowards(
  peer: string,
  bound: string,
  interfaces: Interfaces = networkInterfaces(),
): string {
  if (bound !== '0.0.0.0' && bound !== '::') return bound
  const family = isIPv6(peer) ? 'IPv6' : 'IPv4'
  const kind = family === 'IPv6' ? 'ipv6' : 'ipv4'
  const own = Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .filter((entry) => entry.family === family)
  const neighbour = own.find(({ address, cidr }) => {
    if (!cidr) return address === peer
    const network = new BlockList()
    network.addSubnet(address, Number(cidr.split('/')[1]), kind)
    return network.check(peer, kind)
  })
  const chosen = neighbour ?? own.find(({ internal }) => !internal) ?? own[0]
  return chosen?.address ?? bound
}

/** What media for a peer of this family binds to: a wildcard follows the family. */
export function bindAddress(host: string, peer: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host
  return isIPv6(peer) ? '::' : '0.0.0.0'
}
