import { describe, expect, it } from 'vitest'
import { parseIceFragment } from '../../src/webrtc/index.js'

describe('a trickle fragment', () => {
  it('brings candidates, and whose they are', () => {
    const text = [
      'a=ice-ufrag:EsAw',
      'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
      'm=audio 9 UDP/TLS/RTP/SAVPF 0',
      'a=mid:0',
      'a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host',
      'a=end-of-candidates',
      '',
    ].join('\r\n')
    expect(parseIceFragment(text)).toEqual({
      iceUfrag: 'EsAw',
      icePwd: 'P2uYro0UCOQ4zxjKXaWCBui1',
      candidates: ['1387637174 1 udp 2122260223 192.0.2.1 61764 typ host'],
    })
  })

  it.each(['{"candidate":"1"}', 'candidate', 'a=x:1\n'.repeat(300)])('is not %j', (text) => {
    expect(parseIceFragment(text)).toBeUndefined()
  })
})
