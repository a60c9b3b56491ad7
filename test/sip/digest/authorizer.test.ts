import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { createRequest, createResponse } from '../../../src/sip/build.js'
import { DigestAuthorizer } from '../../../src/sip/digest/authorizer.js'
import { parseDigestFields } from '../../../src/sip/digest/fields.js'
import { DigestAuthenticator, type DigestHeader, type DigestOptions } from '../../../src/sip/digest/server.js'
import type { SipRequest, SipResponse } from '../../../src/sip/message.js'

const random = (bytes: number) => Buffer.alloc(bytes, 7)

function server(realm = 'carrier', options: Partial<DigestOptions> = {}): DigestAuthenticator {
  const secretOf = (user: string) => (user === 'u' ? 'p' : undefined)
  return new DigestAuthenticator({ realm, secretOf, clock: new SimulatedClock(), ...options })
}

function client(password = 'p', realms?: readonly string[]): DigestAuthorizer {
  const known = (realm: string) => realms === undefined || realms.includes(realm)
  return new DigestAuthorizer((realm) => (known(realm) ? { username: 'u', password } : undefined), random)
}

function request(method = 'INVITE', authorizer?: DigestAuthorizer): SipRequest {
  const parts = { from: '<sip:a@b>;tag=1', to: '<sip:c@d>', callId: 'x', cseq: 1 }
  const made = createRequest(method, 'sip:c@d', parts)
  authorizer?.authorize(made)
  return made
}

function challenged(sent: SipRequest, challenges: Record<string, string[]>, status = 401): SipResponse {
  return createResponse(sent, status, undefined, { headers: challenges })
}

const fields = (sent: SipRequest, header: DigestHeader = 'Authorization') =>
  parseDigestFields(sent.headers.get(header) ?? '')

describe('DigestAuthorizer', () => {
  it('says nothing before it is asked, then answers so that the server accepts', () => {
    const carrier = server()
    const authorizer = client()
    const first = request('INVITE', authorizer)
    expect(first.headers.get('Authorization')).toBeUndefined()
    expect(authorizer.challenged(challenged(first, { 'WWW-Authenticate': carrier.challenge() }), first)).toBe(
      true,
    )
    const second = request('INVITE', authorizer)
    expect(fields(second)?.get('algorithm')).toBe('SHA-256')
    expect(carrier.verify(second).result).toBe('accepted')
  })

  it('answers what follows from the start, counting', () => {
    const carrier = server('carrier', { algorithms: ['MD5'] })
    const authorizer = client()
    const first = request('INVITE', authorizer)
    authorizer.challenged(challenged(first, { 'WWW-Authenticate': carrier.challenge() }), first)
    const [invite, bye] = [request('INVITE', authorizer), request('BYE', authorizer)]
    expect([invite, bye].map((sent) => fields(sent)?.get('nc'))).toEqual(['00000001', '00000002'])
    expect([invite, bye].map((sent) => carrier.verify(sent).result)).toEqual(['accepted', 'accepted'])
  })

  it('answers a proxy and the callee behind it, each in its own header', () => {
    const [proxy, callee] = [server('proxy'), server('callee')]
    const authorizer = client()
    const first = request('INVITE', authorizer)
    authorizer.challenged(challenged(first, { 'Proxy-Authenticate': proxy.challenge() }, 407), first)
    const second = request('INVITE', authorizer)
    expect(
      authorizer.challenged(challenged(second, { 'WWW-Authenticate': callee.challenge() }), second),
    ).toBe(true)
    const third = request('INVITE', authorizer)
    expect(proxy.verify(third, 'Proxy-Authorization').result).toBe('accepted')
    expect(callee.verify(third).result).toBe('accepted')
  })

  it('answers several challenges of one forked response', () => {
    const [one, other] = [server('one'), server('other')]
    const authorizer = client()
    const first = request('INVITE', authorizer)
    const both = [...one.challenge(), ...other.challenge()]
    expect(authorizer.challenged(challenged(first, { 'Proxy-Authenticate': both }, 407), first)).toBe(true)
    const second = request('INVITE', authorizer)
    expect(second.headers.getAll('Proxy-Authorization')).toHaveLength(2)
    expect(one.verify(second, 'Proxy-Authorization').result).toBe('accepted')
    expect(other.verify(second, 'Proxy-Authorization').result).toBe('accepted')
  })

  it('gives up where its password is wrong', () => {
    const carrier = server()
    const authorizer = client('wrong')
    const first = request('INVITE', authorizer)
    authorizer.challenged(challenged(first, { 'WWW-Authenticate': carrier.challenge() }), first)
    const second = request('INVITE', authorizer)
    expect(carrier.verify(second).result).toBe('wrong')
    expect(
      authorizer.challenged(challenged(second, { 'WWW-Authenticate': carrier.challenge() }), second),
    ).toBe(false)
  })

  it('takes a new nonce for a stale one, and for one that it used before', () => {
    const carrier = server()
    const authorizer = client()
    const first = request('INVITE', authorizer)
    authorizer.challenged(challenged(first, { 'WWW-Authenticate': carrier.challenge() }), first)
    const second = request('INVITE', authorizer)
    const stale = challenged(second, { 'WWW-Authenticate': carrier.challenge(true) })
    expect(authorizer.challenged(stale, second)).toBe(true)
    const third = request('INVITE', authorizer)
    expect(fields(third)?.get('nc')).toBe('00000001')
    expect(carrier.verify(third).result).toBe('accepted')
    const bye = request('BYE', authorizer)
    expect(authorizer.challenged(challenged(bye, { 'WWW-Authenticate': carrier.challenge() }), bye)).toBe(
      true,
    )
  })

  it.each([
    ['no credentials', client('p', []), { 'WWW-Authenticate': server().challenge() }, 401],
    ['no challenge', client(), {}, 401],
    ['another scheme', client(), { 'WWW-Authenticate': ['Basic realm="carrier"'] }, 401],
    [
      'an unknown algorithm',
      client(),
      { 'WWW-Authenticate': ['Digest realm="a", nonce="b", algorithm=MD4'] },
      401,
    ],
    [
      'an unknown qop',
      client(),
      { 'WWW-Authenticate': ['Digest realm="a", nonce="b", qop="auth-int"'] },
      401,
    ],
    ['a broken challenge', client(), { 'WWW-Authenticate': ['Digest realm="a'] }, 401],
    ['another status', client(), { 'WWW-Authenticate': server().challenge() }, 403],
  ])('is of no use with %s', (_, authorizer, challenges: Record<string, string[]>, status) => {
    const sent = request('INVITE', authorizer)
    expect(authorizer.challenged(challenged(sent, challenges, status), sent)).toBe(false)
    expect(request('INVITE', authorizer).headers.get('Authorization')).toBeUndefined()
  })

  it('answers without qop in the form of RFC 2069', () => {
    const authorizer = client()
    const sent = request('INVITE', authorizer)
    authorizer.challenged(challenged(sent, { 'WWW-Authenticate': ['Digest realm="old", nonce="n"'] }), sent)
    const answered = fields(request('INVITE', authorizer))
    expect(answered?.has('qop')).toBe(false)
    expect(answered?.get('response')).toMatch(/^[0-9a-f]{32}$/)
  })
})
