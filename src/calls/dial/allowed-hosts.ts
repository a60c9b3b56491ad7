import { BlockList, isIP } from 'node:net'

/**
 * Whether calls may go to a host directly.
 * @param allowed `*`, a name, `*.example.com`, an address, or a range such as 192.0.2.0/24
 */
export function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  const name = host.toLowerCase()
  return allowed.some((entry) => matches(name, entry.toLowerCase()))
}

function matches(host: string, entry: string): boolean {
  if (entry === '*' || entry === host) return true
  if (entry.startsWith('*.')) return host.endsWith(entry.slice(1))
  const [address = '', bits] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || isIP(host) !== family) return false
  const type = family === 6 ? 'ipv6' : 'ipv4'
  const range = new BlockList()
  range.addSubnet(address, Number(bits ?? (family === 6 ? 128 : 32)), type)
  return range.check(host, type)
}
