import { expect, it } from 'vitest'
import { localAddressTowards, sharesFamily } from '../../src/base/local-address.js'

it('the local address is the one in the peer’s subnet', () => {
  const machine = [
    { address: '127.0.0.1', cidr: '127.0.0.1/8', internal: true },
    { address: '203.0.113.9', cidr: '203.0.113.9/24', internal: false },
    { address: '10.1.2.3', cidr: '10.1.2.3/16', internal: false },
    { address: 'fe80::1', cidr: 'fe80::1/64', internal: false },
    { address: '2001:db8::9', cidr: '2001:db8::9/64', internal: false },
  ]
  expect(localAddressTowards('10.1.9.9', machine)).toBe('10.1.2.3')
  expect(localAddressTowards('8.8.8.8', machine)).toBe('203.0.113.9')
  expect(localAddressTowards('127.0.0.1', machine)).toBe('127.0.0.1')
  expect(localAddressTowards('2001:4860::1', machine)).toBe('2001:db8::9')
  expect(localAddressTowards('::1', [])).toBe('::1')
})

it.each([
  ['192.0.2.1', '198.51.100.1', true],
  ['192.0.2.1', '2001:db8::1', false],
  ['2001:db8::1', '2001:db8::2', true],
  ['sip.example.com', '2001:db8::2', true],
])('%s is of use to %s: %s', (address, peer, expected) => {
  expect(sharesFamily(address, peer)).toBe(expected)
})
