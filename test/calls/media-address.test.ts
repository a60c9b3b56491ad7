import { describe, expect, it } from 'vitest'
import { mediaAddressOf } from '../../src/calls/media-address.js'

const machine = () => [
  { address: '127.0.0.1', cidr: '127.0.0.1/8', internal: true },
  { address: '::1', cidr: '::1/128', internal: true },
  { address: '192.168.1.5', cidr: '192.168.1.5/24', internal: false },
  { address: '10.0.0.7', cidr: '10.0.0.7/8', internal: false },
  { address: '2001:db8::5', cidr: '2001:db8::5/64', internal: false },
]

describe('media towards a peer', () => {
  it.each([
    ['10.9.9.9', ['0.0.0.0'], '0.0.0.0', '10.0.0.7'],
    ['127.0.0.1', ['0.0.0.0'], '0.0.0.0', '127.0.0.1'],
    ['8.8.8.8', ['0.0.0.0'], '0.0.0.0', '192.168.1.5'],
    ['::1', ['::'], '::', '::1'],
    ['8.8.8.8', ['10.0.0.7'], '10.0.0.7', '10.0.0.7'],
    ['8.8.8.8', ['0.0.0.0', '::'], '0.0.0.0', '192.168.1.5'],
    ['2001:db8::9', ['0.0.0.0', '::'], '::', '2001:db8::5'],
    ['2001:db8::9', ['10.0.0.7', '2001:db8::5'], '2001:db8::5', '2001:db8::5'],
    // Signalling over one family, media over the other.
    ['2001:db8::9', ['0.0.0.0'], '::', '2001:db8::5'],
  ])('%s, bound to %s: %s, told as %s', (peer, mediaHosts, bind, advertise) => {
    expect(mediaAddressOf({ mediaHosts }, machine)(peer)).toEqual({ bind, advertise })
  })

  it('is told as the public address to peers of its family', () => {
    const address = mediaAddressOf({ mediaHosts: ['0.0.0.0', '::'], publicAddress: '203.0.113.9' }, machine)
    expect(address('8.8.8.8').advertise).toBe('203.0.113.9')
    expect(address('2001:db8::9').advertise).toBe('2001:db8::5')
  })
})
