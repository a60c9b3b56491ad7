import { AddressList } from '../address-list.js'

/** RFC 1918, RFC 6598 (carrier-grade NAT), RFC 3927, RFC 4193 and RFC 4291 link-local. */
const notRoutable = new AddressList([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
])

/** Whether an address means something only inside of somebody's network. */
export function isPrivate(address: string): boolean {
  return notRoutable.has(address)
}

export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
