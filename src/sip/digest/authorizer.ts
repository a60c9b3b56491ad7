import type { SipRequest, SipResponse } from '../message.js'
import type { DigestCredentials } from '../outgoing-call.js'
import { SipParseError } from '../parse-error.js'
import type { Params } from '../tokens.js'
import { answerChallenge } from './client.js'
import { parseDigestFields } from './fields.js'

/** Credentials for a realm; undefined where there are none. */
export type CredentialsFor = (realm: string) => DigestCredentials | undefined

/** Most challenges that one request answers: a server's and its proxies', some once more with a nonce that went stale. */
export const mostChallenges = 4

/** Who asks, and where the answer goes. */
const headerPairs = [
  { challenge: 'WWW-Authenticate', answer: 'Authorization' },
  { challenge: 'Proxy-Authenticate', answer: 'Proxy-Authorization' },
] as const

/** What one realm asks for. */
interface Realm {
  readonly answer: string
  readonly credentials: DigestCredentials
  readonly challenges: readonly string[]
  readonly nonce: string | undefined
  /** Answers given with this nonce. */
  count: number
}

/**
 * Answers the challenges that requests of ours meet (RFC 3261 §22.2, §22.3). Remembers them, so that what follows in the
 * same dialog carries the answer from the start.
 */
export class DigestAuthorizer {
  private readonly realms = new Map<string, Realm>()

  /** @param random bytes for client nonces */
  constructor(
    private readonly credentialsFor: CredentialsFor,
    private readonly random: (bytes: number) => Buffer,
  ) {}

  /** Adds an answer for every realm that has asked so far. Changes `request.headers`. */
  authorize(request: SipRequest): void {
    for (const { answer } of headerPairs) request.headers.remove(answer)
    for (const realm of this.realms.values()) {
      realm.count += 1
      const value = this.answer(realm, request)
      if (value !== undefined) request.headers.append(realm.answer, value)
    }
  }

  /**
   * Takes in the challenges of a 401 or 407.
   * @param request as it was sent
   * @returns whether the request is worth being sent again: false without credentials, for what is not understood, and
   *   for credentials that were refused
   */
  challenged(response: SipResponse, request: SipRequest): boolean {
    if (response.status !== 401 && response.status !== 407) return false
    const asked = headerPairs.flatMap((pair) => {
      const values = response.headers.getAll(pair.challenge)
      return [...byRealm(values)].map(([name, challenges]) =>
        this.learn(name, challenges, pair.answer, request),
      )
    })
    return asked.length > 0 && asked.every(Boolean)
  }

  private learn(name: string, challenges: readonly string[], answer: string, request: SipRequest): boolean {
    const key = `${answer} ${name}`
    const credentials = this.credentialsFor(name)
    const known = this.realms.get(key)
    if (!credentials || (known && wasRefused(known, challenges, request))) return false
    const nonce = fieldsOf(challenges[0])?.get('nonce')
    const realm: Realm = { answer, credentials, challenges, nonce, count: 0 }
    if (this.answer({ ...realm, count: 1 }, request) === undefined) return false
    this.realms.set(key, realm)
    return true
  }

  private answer({ challenges, credentials, count }: Realm, { method, uri }: SipRequest): string | undefined {
    const cnonce = this.random(8).toString('hex')
    return answerChallenge({ challenges, method, uri, ...credentials, cnonce, count })
  }
}

/**
 * Whether the server did not take the credentials themselves: it had just been answered with its own fresh nonce, and
 * does not call that stale. An answer made beforehand with an older nonce says nothing about the password.
 */
function wasRefused(known: Realm, challenges: readonly string[], request: SipRequest): boolean {
  const answered = request.headers.getAll(known.answer).some((value) => {
    const nonce = fieldsOf(value)?.get('nonce')
    return nonce !== undefined && nonce === known.nonce
  })
  const stale = challenges.some((value) => fieldsOf(value)?.get('stale')?.toLowerCase() === 'true')
  return answered && known.count === 1 && !stale
}

/** Challenges by realm, in the order in which they stand. */
function byRealm(challenges: readonly string[]): Map<string, string[]> {
  const realms = new Map<string, string[]>()
  for (const challenge of challenges) {
    const fields = fieldsOf(challenge)
    if (!fields) continue
    const realm = fields.get('realm') ?? ''
    realms.set(realm, [...(realms.get(realm) ?? []), challenge])
  }
  return realms
}

function fieldsOf(value = ''): Params | undefined {
  try {
    return parseDigestFields(value)
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}
