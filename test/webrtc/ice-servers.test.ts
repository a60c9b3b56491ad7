import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { linkHeader, usable } from '../../src/webrtc/index.js'

describe('ICE servers', () => {
  it('are told with what opens them', () => {
    const plain = usable({ url: 'stun:stun.example.com' }, 0)
    expect(plain).toEqual({ urls: 'stun:stun.example.com' })
    expect(linkHeader(plain)).toBe('<stun:stun.example.com>; rel="ice-server"')
    const turn = usable({ url: 'turn:t.example.com', username: 'ann', credential: 'a"b' }, 0)
    expect(linkHeader(turn)).toBe(
      '<turn:t.example.com>; rel="ice-server"; username="ann"; credential="a\\"b"; credential-type="password"',
    )
  })

  it('that share a secret get a password which ends by itself', () => {
    const { username, credential } = usable({ url: 'turn:t.example.com', secret: 'shared' }, 1_000_000)
    expect(username).toBe(`${1000 + 12 * 3600}:parley`)
    expect(credential).toBe(createHmac('sha1', 'shared').update(username!).digest('base64'))
  })
})
