import { BlockList, isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** One address of this machine. */
export interface InterfaceAddress {
  readonly address: string
  readonly cidr: string | null
  readonly internal: boolean
}

/** All addresses of this machine. */
export function machineAddresses(): InterfaceAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
}

/** Whether something is bound to all addresses of a family. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/**
 * The address that this end has in the eyes of `peer` when the socket is bound to all: the one in the peer's subnet,
 * else the first that is not internal; loopback when there is no other.
 */
export function localAddressTowards(peer: string, addresses: readonly InterfaceAddress[]): string {
  const family = isIPv6(peer) ? 6 : 4
  const ours = addresses.filter(({ address }) => isIPv6(address) === (family === 6))
  const near = ours.find(({ cidr }) => cidr !== null && inSubnet(peer, cidr, family))
  const usual = ours.find(({ address, internal }) => !internal && !address.startsWith('fe80'))
  return (near ?? usual)?.address ?? (family === 6 ? '::1' : '127.0.0.1')
}

/** Whether `peer` can use `address`: a name, which has addresses of its own, or an address of the peer's family. */
export function sharesFamily(address: string, peer: string): boolean {
  return isIP(address) === 0 || isIPv6(address) === isIPv6(peer)
}

function inSubnet(address: string, cidr: string, family: 4 | 6): boolean {
  const [net = '', prefix] = cidr.split('/')
  const list = new BlockList()
  list.addSubnet(net, Number(prefix), family === 6 ? 'ipv6' : 'ipv4')
  return list.check(address.split('%')[0] ?? '', family === 6 ? 'ipv6' : 'ipv4')
}
