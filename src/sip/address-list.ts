import { BlockList, isIP } from 'node:net'

/** A list of addresses and CIDR ranges, IPv4 and IPv6. */
export class AddressList {
  private readonly list = new BlockList()

  /**
   * @param entries `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`
   * @throws RangeError naming the entry that is neither
   */
  constructor(entries: readonly string[]) {
    for (const entry of entries) this.add(entry)
  }

  /** Whether `address` is on the list. IPv4 written as IPv6 (`::ffff:192.0.2.1`) counts as IPv4. */
  has(address: string): boolean {
    const bare = (address.split('%')[0] ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
    const family = isIP(bare)
    return family > 0 && this.list.check(bare, family === 6 ? 'ipv6' : 'ipv4')
  }

  private add(entry: string): void {
    const [address = '', prefix, ...more] = entry.trim().split('/')
    const family = isIP(address)
    const bits = family === 6 ? 128 : 32
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
    if (family === 0 || more.length || !(length <= bits)) {
      throw new RangeError(`Not an IP address or CIDR range: ${JSON.stringify(entry)}`)
    }
    this.list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4')
  }
}

/** 127.0.0.0/8 and ::1. */
export const loopback = new AddressList(['127.0.0.0/8', '::1'])
