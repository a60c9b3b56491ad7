/** SRTP crypto suites under their SDP names (RFC 4568 §6.2, RFC 6188 §6, RFC 7714 §14.2). */
export const srtpSuites = {
  AES_CM_128_HMAC_SHA1_80: { keyBytes: 16, saltBytes: 14 },
  AEAD_AES_128_GCM: { keyBytes: 16, saltBytes: 12 },
  AEAD_AES_256_GCM: { keyBytes: 32, saltBytes: 12 },
  AES_256_CM_HMAC_SHA1_80: { keyBytes: 32, saltBytes: 14 },
  AES_CM_128_HMAC_SHA1_32: { keyBytes: 16, saltBytes: 14 },
  AES_256_CM_HMAC_SHA1_32: { keyBytes: 32, saltBytes: 14 },
} as const satisfies Record<string, { readonly keyBytes: number; readonly saltBytes: number }>

export type SrtpSuite = keyof typeof srtpSuites

/**
 * What this end offers: the one that everybody has comes first, since some phones look no further. All suites would make
 * an INVITE too long for one datagram.
 */
export const offeredSuites: readonly SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AEAD_AES_128_GCM',
  'AES_CM_128_HMAC_SHA1_32',
]

/** Keys of both ends, for one stream. Plain data: it crosses threads. Never to be logged. */
export interface SrtpKeys {
  readonly suite: SrtpSuite
  /** Master key and salt of what this end sends, in base64. */
  readonly localKey: string
  /** Master key and salt of what the peer sends, in base64. */
  readonly remoteKey: string
}

/** Master key and salt of this end for a suite, in base64; the same at each call for as long as a call lasts. */
export type SrtpKeySource = (suite: SrtpSuite) => string

/** Whether calls may, or must, have their audio encrypted. */
export type SrtpPolicy = 'off' | 'optional' | 'required'

/** Keys for one call, made when asked for. @param random bytes that nobody can predict */
export function createSrtpKeys(random: (bytes: number) => Buffer): SrtpKeySource {
  const keys = new Map<SrtpSuite, string>()
  return (suite) => {
    const { keyBytes, saltBytes } = srtpSuites[suite]
    const key = keys.get(suite) ?? random(keyBytes + saltBytes).toString('base64')
    keys.set(suite, key)
    return key
  }
}

export function isSrtpSuite(name: string): name is SrtpSuite {
  return Object.hasOwn(srtpSuites, name)
}
