import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { answerChallenge } from '../../../src/sip/digest/client.js'
import { parseDigestFields } from '../../../src/sip/digest/fields.js'
import { type DigestAlgorithm, ha1, responseOf } from '../../../src/sip/digest/hash.js'
import { DigestAuthenticator, type DigestOptions } from '../../../src/sip/digest/server.js'
import { incoming } from '../samples.js'

const uri = 'sip:1000@192.0.2.1'

function authenticator(options: Partial<DigestOptions> = {}): DigestAuthenticator {
  const users: Record<string, string> = { alice: 'pass"word', bob: 'x' }
  return new DigestAuthenticator({
    realm: 'parley',
    secretOf: (user) => users[user],
    clock: new SimulatedClock(),
    ...options,
  })
}

function answer(
  challenges: readonly string[],
  changes: Partial<Parameters<typeof answerChallenge>[0]> = {},
): string {
  const value = answerChallenge({
    challenges,
    method: 'INVITE',
    uri,
    username: 'alice',
    password: 'pass"word',
    cnonce: 'c1',
    count: 1,
    ...changes,
  })
  if (value === undefined) throw new Error('Not understood')
  return value
}

function withCredentials(value: string, method = 'INVITE') {
  return incoming(method, { Authorization: value })
}

describe('hashes', () => {
  it('are those of RFC 7616 §3.9.1', () => {
    const input = {
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      method: 'GET',
      uri: '/dir/index.html',
      qop: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
    }
    const response = (algorithm: DigestAlgorithm) =>
      responseOf({
        ...input,
        algorithm,
        ha1: ha1(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life'),
      })
    expect(response('MD5')).toBe('8ca523f5e9506fed4657c9700eebdbec')
    expect(response('SHA-256')).toBe('753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1')
  })

  it('are those of RFC 2617 §3.5', () => {
    const secret = ha1('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life')
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093'
    const qop = { nc: '00000001', cnonce: '0a4f113b' }
    const response = responseOf({
      algorithm: 'MD5',
      ha1: secret,
      nonce,
      method: 'GET',
      uri: '/dir/index.html',
      qop,
    })
    expect(response).toBe('6629fae49393a05397450978507c4ef1')
  })
})

describe('DigestAuthenticator', () => {
  it('offers SHA-256, then MD5, with qop', () => {
    const challenges = authenticator().challenge()
    expect(challenges.map((value) => parseDigestFields(value)?.get('algorithm'))).toEqual(['SHA-256', 'MD5'])
    expect(challenges[0]).toMatch(/^Digest realm="parley", nonce="[^"]+", qop="auth", algorithm=SHA-256$/)
    expect(authenticator().challenge(true)[0]).toMatch(/stale=true$/)
  })

  it.each([0, 1])('accepts the right answer to challenge %i', (which) => {
    const server = authenticator()
    const challenge = server.challenge()[which]!
    expect(server.verify(withCredentials(answer([challenge])))).toEqual({ result: 'accepted', user: 'alice' })
  })

  it('accepts a stored hash in place of a password', () => {
    const server = authenticator({ secretOf: () => ({ MD5: ha1('MD5', 'alice', 'parley', 'pass"word') }) })
    const [sha, md5] = server.challenge()
    expect(server.verify(withCredentials(answer([md5!]))).result).toBe('accepted')
    expect(server.verify(withCredentials(answer([sha!]))).result).toBe('wrong')
  })

  it.each([
    ['another password', { password: 'guess' }],
    ['an unknown user', { username: 'mallory' }],
    ['another user', { username: 'bob' }],
    ['another method', { method: 'BYE' }],
  ])('refuses %s', (_, changes) => {
    const server = authenticator()
    expect(server.verify(withCredentials(answer(server.challenge(), changes))).result).toBe('wrong')
  })

  it('counts an answer once, and takes the next count of the same nonce', () => {
    const server = authenticator()
    const challenge = server.challenge()
    const first = withCredentials(answer(challenge))
    expect(server.verify(first).result).toBe('accepted')
    expect(server.verify(first).result).toBe('stale')
    expect(server.verify(withCredentials(answer(challenge, { count: 2 }))).result).toBe('accepted')
    expect(server.verify(withCredentials(answer(challenge, { count: 1, cnonce: 'other' }))).result).toBe(
      'stale',
    )
  })

  it('lets nonces expire, and says stale only to who knows the password', () => {
    const clock = new SimulatedClock(1_000_000)
    const server = authenticator({ clock, nonceLifetimeMs: 60_000 })
    const challenge = server.challenge()
    clock.advance(60_001)
    expect(server.verify(withCredentials(answer(challenge))).result).toBe('stale')
    expect(server.verify(withCredentials(answer(challenge, { password: 'guess' }))).result).toBe('wrong')
  })

  it('takes no nonce of its own making from somebody else', () => {
    const server = authenticator()
    expect(server.verify(withCredentials(answer(authenticator().challenge()))).result).toBe('stale')
    const secret = Buffer.from('shared between nodes')
    const [one, two] = [authenticator({ nonceSecret: secret }), authenticator({ nonceSecret: secret })]
    expect(two.verify(withCredentials(answer(one.challenge()))).result).toBe('accepted')
  })

  it('forgets the oldest nonces beyond its limit, and does not take them again', () => {
    const clock = new SimulatedClock()
    const server = authenticator({ clock, maxNonces: 2 })
    const challenges = [0, 1, 2].map(() => {
      clock.advance(10)
      return server.challenge()
    })
    for (const challenge of challenges)
      expect(server.verify(withCredentials(answer(challenge))).result).toBe('accepted')
    expect(server.verify(withCredentials(answer(challenges[0]!))).result).toBe('stale')
    expect(server.verify(withCredentials(answer(challenges[2]!, { count: 2 }))).result).toBe('accepted')
  })

  it('takes an answer without qop (RFC 2069) once', () => {
    const server = authenticator()
    const old = server.challenge().map((value) => value.replace(', qop="auth"', ''))
    expect(answer(old)).not.toContain('cnonce')
    expect(server.verify(withCredentials(answer(old))).result).toBe('accepted')
    expect(server.verify(withCredentials(answer(old))).result).toBe('stale')
  })

  it('tells missing credentials from wrong ones', () => {
    const server = authenticator()
    expect(server.verify(incoming('INVITE')).result).toBe('missing')
    for (const other of [
      'Basic YTpi',
      'NoOneKnowsThisScheme opaque-data=here',
      'Digest realm="elsewhere", username="a"',
    ]) {
      expect(server.verify(withCredentials(other)).result).toBe('missing')
    }
    for (const broken of [
      'Digest realm="parley',
      'Digest realm="parley", qop=auth-int',
      'Digest realm="parley", realm="parley"',
      'Digest realm="parley", algorithm=SHA-1',
    ]) {
      expect(server.verify(withCredentials(broken)).result).toBe('wrong')
    }
  })

  it('finds its credentials among several', () => {
    const server = authenticator()
    const request = incoming('INVITE', {
      Authorization: 'Digest realm="elsewhere", username="a", nonce="b", uri="c", response="d"',
    })
    request.headers.append('Authorization', answer(server.challenge()))
    expect(server.verify(request).result).toBe('accepted')
    expect(server.verify(request, 'Proxy-Authorization').result).toBe('missing')
  })

  it('compares the URI where asked to', () => {
    const server = authenticator({ strictUri: true })
    expect(
      server.verify(withCredentials(answer(server.challenge(), { uri: 'sip:other@192.0.2.1' }))).result,
    ).toBe('wrong')
    expect(server.verify(withCredentials(answer(server.challenge()))).result).toBe('accepted')
  })
})

describe('answerChallenge', () => {
  it('chooses the strongest that it understands', () => {
    const sha512 = 'Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth"'
    const md5 = 'Digest realm="r", nonce="n", algorithm=MD5, qop="auth-int,auth", opaque="o"'
    const sha256 = 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'
    expect(answer([sha512, md5, sha256])).toContain('algorithm=SHA-256')
    expect(answer([sha512, md5])).toMatch(/algorithm=MD5, qop=auth, nc=00000001, cnonce="c1", opaque="o"$/)
  })

  it.each([
    'Basic realm="x"',
    'Digest realm="r"',
    'Digest realm="r", nonce="n", qop="auth-int"',
    'Digest "',
    'Digest nonce="n", algorithm=X',
  ])('has no answer to %s', (challenge) => {
    const input = { method: 'INVITE', uri, username: 'a', password: 'b', cnonce: 'c', count: 1 }
    expect(answerChallenge({ ...input, challenges: [challenge] })).toBeUndefined()
  })
})
