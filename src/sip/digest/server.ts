import { timingSafeEqual } from 'node:crypto'
import { type Clock, systemClock } from '../../base/clock.js'
import type { SipRequest } from '../message.js'
import { SipParseError } from '../parse-error.js'
import type { Params } from '../tokens.js'
import { formatDigestFields, parseDigestFields } from './fields.js'
import { algorithmOf, algorithms, type DigestAlgorithm, ha1, responseOf } from './hash.js'
import { Nonces } from './nonces.js'

/** What is known of a user: the password, or the hashes of `ha1` in its place. */
export type Secret = string | Readonly<Partial<Record<DigestAlgorithm, string>>>

/** Options of `DigestAuthenticator`. */
export interface DigestOptions {
  /** Shown to callers; part of what passwords are hashed with. */
  readonly realm: string
  /** Secret of a user; undefined when there is no such user. */
  readonly secretOf: (user: string) => Secret | undefined
  /** Offered in this order; default SHA-256, then MD5 (RFC 8760 §2.3), which most phones still need. */
  readonly algorithms?: readonly DigestAlgorithm[]
  /** ms that a nonce may be used; default 5 minutes. */
  readonly nonceLifetimeMs?: number
  /** Nonces in use at one time; default 10,000. */
  readonly maxNonces?: number
  /** Refuses credentials whose `uri` is not the Request-URI. Default false: proxies and test tools rewrite it. */
  readonly strictUri?: boolean
  readonly clock?: Clock
  /** Key that signs nonces; give all nodes the same so that each accepts the nonces of the others. */
  readonly nonceSecret?: Buffer
}

/** What credentials are worth. `stale`: right, but with a nonce that no longer counts; challenge again, saying so. */
export type DigestVerdict =
  | { readonly result: 'accepted'; readonly user: string }
  | { readonly result: 'missing' | 'stale' | 'wrong' }

/** Who is asked: 401 with WWW-Authenticate of a user agent, 407 with Proxy-Authenticate of a proxy. */
export type DigestHeader = 'Authorization' | 'Proxy-Authorization'

/** Challenges callers and checks their answers (RFC 3261 §22, RFC 7616, RFC 8760). */
export class DigestAuthenticator {
  private readonly nonces: Nonces
  private readonly offered: readonly DigestAlgorithm[]

  constructor(private readonly options: DigestOptions) {
    this.offered = options.algorithms ?? algorithms
    this.nonces = new Nonces({
      clock: options.clock ?? systemClock,
      lifetimeMs: options.nonceLifetimeMs ?? 300_000,
      capacity: options.maxNonces ?? 10_000,
      ...(options.nonceSecret && { secret: options.nonceSecret }),
    })
  }

  /**
   * Values for WWW-Authenticate or Proxy-Authenticate, one header line each.
   * @param stale the last answer was right but for its nonce: the phone answers without asking its user
   */
  challenge(stale = false): string[] {
    const nonce = this.nonces.issue()
    return this.offered.map((algorithm) =>
      formatDigestFields([
        ['realm', this.options.realm],
        ['nonce', nonce],
        ['qop', 'auth'],
        ['algorithm', algorithm],
        ...(stale ? [['stale', 'true'] as const] : []),
      ]),
    )
  }

  /** Checks the credentials of a request. An answer counts once: a copy of it is `stale`. */
  verify(request: SipRequest, header: DigestHeader = 'Authorization'): DigestVerdict {
    let result: 'missing' | 'stale' | 'wrong' = 'missing'
    for (const value of request.headers.getAll(header)) {
      const verdict = this.check(value, request)
      if (verdict.result === 'accepted') return verdict
      if (verdict.result !== 'missing') result = verdict.result
    }
    return { result }
  }

  private check(value: string, request: SipRequest): DigestVerdict {
    const fields = fieldsOf(value)
    if (fields === 'broken') return { result: 'wrong' }
    // Credentials for another realm or scheme are meant for somebody else.
    if (fields?.get('realm') !== this.options.realm) return { result: 'missing' }
    const qop = qopOf(fields)
    const algorithm = algorithmOf(fields.get('algorithm'))
    if (qop === 'invalid' || !algorithm || !this.offered.includes(algorithm)) return { result: 'wrong' }

    const user = fields.get('username') ?? ''
    const uri = fields.get('uri') ?? ''
    const nonce = fields.get('nonce') ?? ''
    const secret = this.secretOf(user, algorithm)
    const expected = responseOf({ algorithm, ha1: secret ?? '', nonce, method: request.method, uri, qop })
    if (!sameText(fields.get('response') ?? '', expected) || secret === undefined) return { result: 'wrong' }
    if (this.options.strictUri && uri !== request.uri) return { result: 'wrong' }

    // Without qop (RFC 2069) there is no counter: such a nonce is good once.
    const verdict = this.nonces.spend(nonce, qop ? Number.parseInt(qop.nc, 16) : Number.POSITIVE_INFINITY)
    return verdict === 'good' ? { result: 'accepted', user } : { result: 'stale' }
  }

  private secretOf(user: string, algorithm: DigestAlgorithm): string | undefined {
    const secret = this.options.secretOf(user)
    return typeof secret === 'string' ? ha1(algorithm, user, this.options.realm, secret) : secret?.[algorithm]
  }
}

function fieldsOf(value: string): Params | 'broken' | undefined {
  try {
    return parseDigestFields(value)
  } catch (error) {
    if (error instanceof SipParseError) return 'broken'
    throw error
  }
}

function qopOf(fields: Params): { nc: string; cnonce: string } | 'invalid' | undefined {
  const qop = fields.get('qop')
  if (qop === undefined) return undefined
  const nc = fields.get('nc') ?? ''
  const cnonce = fields.get('cnonce') ?? ''
  return qop.toLowerCase() === 'auth' && /^[0-9a-f]{8}$/i.test(nc) && cnonce !== ''
    ? { nc, cnonce }
    : 'invalid'
}

function sameText(given: string, expected: string): boolean {
  const one = Buffer.from(given.toLowerCase())
  const other = Buffer.from(expected)
  return one.length === other.length && timingSafeEqual(one, other)
}
