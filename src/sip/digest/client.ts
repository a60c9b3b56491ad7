import { SipParseError } from '../parse-error.js'
import type { Params } from '../tokens.js'
import { formatDigestFields, parseDigestFields } from './fields.js'
import { algorithmOf, algorithms, ha1, responseOf } from './hash.js'

/** What a challenge is answered with. */
export interface DigestAnswerInput {
  /** All values of WWW-Authenticate, or of Proxy-Authenticate. */
  readonly challenges: readonly string[]
  readonly method: string
  /** Request-URI of the request that will carry the answer. */
  readonly uri: string
  readonly username: string
  readonly password: string
  /** Fresh for each answer. */
  readonly cnonce: string
  /** How often this nonce was answered, this time included; from 1. */
  readonly count: number
}

/**
 * The value of Authorization or Proxy-Authorization that answers the strongest challenge understood (RFC 7616 §3.7).
 * Undefined when none is: another scheme, algorithm or qop.
 */
export function answerChallenge(input: DigestAnswerInput): string | undefined {
  const understood = input.challenges.map(fieldsOf).filter((fields) => fields !== undefined)
  for (const algorithm of algorithms) {
    const challenge = understood.find((fields) => algorithmOf(fields.get('algorithm')) === algorithm)
    if (challenge) return answer(challenge, algorithm, input)
  }
  return undefined
}

function answer(challenge: Params, algorithm: (typeof algorithms)[number], input: DigestAnswerInput): string {
  const { method, uri, username, password, cnonce } = input
  const realm = challenge.get('realm') ?? ''
  const nonce = challenge.get('nonce') ?? ''
  const opaque = challenge.get('opaque')
  const qop = challenge.has('qop') ? { nc: input.count.toString(16).padStart(8, '0'), cnonce } : undefined
  const secret = ha1(algorithm, username, realm, password)
  return formatDigestFields([
    ['username', username],
    ['realm', realm],
    ['nonce', nonce],
    ['uri', uri],
    ['response', responseOf({ algorithm, ha1: secret, nonce, method, uri, qop })],
    ...(challenge.has('algorithm') ? [['algorithm', algorithm] as const] : []),
    ...(qop
      ? ([
          ['qop', 'auth'],
          ['nc', qop.nc],
          ['cnonce', qop.cnonce],
        ] as const)
      : []),
    ...(opaque === undefined ? [] : [['opaque', opaque] as const]),
  ])
}

/** A challenge's fields when this end can answer it. */
function fieldsOf(challenge: string): Params | undefined {
  try {
    const fields = parseDigestFields(challenge)
    const qops = fields?.get('qop')?.toLowerCase().split(',')
    const answerable = fields?.get('nonce') && (!qops || qops.some((qop) => qop.trim() === 'auth'))
    return answerable ? fields : undefined
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}
