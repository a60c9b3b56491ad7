import { isSrtpSuite, type SrtpSuite, srtpSuites } from './srtp-suites.js'

/** An `a=crypto` (RFC 4568 §9.1) that this end can meet. */
export interface CryptoLine {
  readonly tag: number
  readonly suite: SrtpSuite
  /** Master key and salt, in base64. */
  readonly key: string
}

/**
 * Reads the value of an `a=crypto`: `1 AES_CM_128_HMAC_SHA1_80 inline:…|2^31`. Undefined where it is not valid, or asks
 * for what is not there: another suite, several keys, a master key identifier, weaker or fancier sessions (RFC 4568 §6.3).
 */
export function parseCrypto(value: string): CryptoLine | undefined {
  const [tag = '', suite = '', params = '', ...session] = value.trim().split(/[ \t]+/)
  if (!/^\d{1,9}$/.test(tag) || !isSrtpSuite(suite)) return undefined
  // A hint at the size of the replay window binds nobody.
  if (!session.every((param) => /^(?:WSH=\d+|-.*)$/.test(param))) return undefined
  const key = inlineKey(params, suite)
  return key === undefined ? undefined : { tag: Number(tag), suite, key }
}

function inlineKey(params: string, suite: SrtpSuite): string | undefined {
  const match = /^inline:([A-Za-z0-9+/]+={0,2})((?:\|[^|;]*)*)$/i.exec(params)
  if (!match || match[2]!.includes(':')) return undefined
  const { keyBytes, saltBytes } = srtpSuites[suite]
  const bytes = Buffer.from(match[1]!, 'base64')
  return bytes.length === keyBytes + saltBytes ? bytes.toString('base64') : undefined
}
