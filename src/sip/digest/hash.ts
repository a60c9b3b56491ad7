import { createHash } from 'node:crypto'

/** Algorithms of RFC 7616 that telephony uses (RFC 8760), strongest first. */
export const algorithms = ['SHA-256', 'MD5'] as const
export type DigestAlgorithm = (typeof algorithms)[number]

/** The algorithm of that name, in any case; MD5 when none is named (RFC 7616 §3.3); undefined when not known. */
export function algorithmOf(name = 'MD5'): DigestAlgorithm | undefined {
  return algorithms.find((algorithm) => algorithm === name.toUpperCase())
}

/** Hash in hexadecimal. */
export function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex')
}

/** H(user:realm:password): what may be stored in place of a password. */
export function ha1(algorithm: DigestAlgorithm, user: string, realm: string, password: string): string {
  return hash(algorithm, `${user}:${realm}:${password}`)
}

/** What a response is computed from (RFC 7616 §3.4.1). */
export interface ResponseInput {
  readonly algorithm: DigestAlgorithm
  readonly ha1: string
  readonly nonce: string
  readonly method: string
  readonly uri: string
  /** Absent: the form of RFC 2069, without qop. */
  readonly qop: { readonly nc: string; readonly cnonce: string } | undefined
}

/** The `response` parameter, for qop `auth` or none. */
export function responseOf({ algorithm, ha1: secret, nonce, method, uri, qop }: ResponseInput): string {
  const ha2 = hash(algorithm, `${method}:${uri}`)
  const middle = qop ? `${nonce}:${qop.nc}:${qop.cnonce}:auth` : nonce
  return hash(algorithm, `${secret}:${middle}:${ha2}`)
}
