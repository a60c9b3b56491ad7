import { describe, expect, it } from 'vitest'
import type { SipPeer } from '../../../src/sip/transport.js'
import { nextHop } from '../../../src/sip/ua/next-hop.js'

const nat: SipPeer = { transport: 'udp', address: '203.0.113.5', port: 40_001, connection: 'udp1' }

describe('nextHop', () => {
  it.each([
    // Contact → where to, from a peer at 203.0.113.5:40001
    ['sip:a@203.0.113.5:5080', '203.0.113.5:5080', 'the contact, when it is the same host'],
    ['sip:a@198.51.100.7', '198.51.100.7:5060', 'another public host'],
    ['sip:a@192.168.1.4:5060', '203.0.113.5:40001', 'a private contact behind NAT'],
    ['sip:a@100.64.3.4', '203.0.113.5:40001', 'one behind carrier-grade NAT'],
    ['sip:a@127.0.0.1:5060', '203.0.113.5:40001', 'loopback of somebody else'],
    ['sip:a@0.0.0.0', '203.0.113.5:40001', 'no address'],
    ['sip:a@[fd00::2]:5060', '203.0.113.5:40001', 'a private IPv6 contact'],
    ['sip:a@[2001:db8::2]:5070', '2001:db8::2:5070', 'a public IPv6 contact'],
    ['sip:a@phone.example', '203.0.113.5:40001', 'a name'],
    ['sip:a@198.51.100.7;transport=tcp', '203.0.113.5:40001', 'another transport'],
    ['sip:a@phone.example;maddr=198.51.100.9', '198.51.100.9:5060', 'maddr'],
    ['tel:+1555', '203.0.113.5:40001', 'no SIP URI'],
  ])('%s goes to %s (%s)', (uri, expected) => {
    const { address, port } = nextHop(uri, nat, 'auto')
    expect(`${address}:${port}`).toBe(expected)
  })

  it('believes private contacts within a private network', () => {
    const source: SipPeer = { transport: 'udp', address: '10.0.0.1', port: 5060 }
    expect(nextHop('sip:a@10.0.0.77:5062', source, 'auto')).toMatchObject({
      address: '10.0.0.77',
      port: 5062,
    })
  })

  it('keeps the connection and the local socket', () => {
    const tcp: SipPeer = { transport: 'tcp', address: '198.51.100.7', port: 51_000, connection: 'c7' }
    const hop = nextHop('sip:a@198.51.100.7:5060;transport=tcp', tcp, 'auto')
    expect(hop).toEqual({ transport: 'tcp', address: '198.51.100.7', port: 5060, connection: 'c7' })
    expect(nextHop('sip:a@198.51.100.7', { ...tcp, transport: 'tls' }, 'auto').port).toBe(5061)
  })

  it('does as the policy says', () => {
    expect(nextHop('sip:a@198.51.100.7', nat, 'source')).toBe(nat)
    expect(nextHop('sip:a@192.168.1.4', nat, 'contact')).toMatchObject({ address: '192.168.1.4', port: 5060 })
  })
})
