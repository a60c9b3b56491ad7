import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { keptText } from '../../base/kept-text.js'

/** Signs webhooks as Telnyx does: ed25519 over `timestamp|body`. */
export interface SigningKey {
  /** What receivers verify with (`TELNYX_PUBLIC_KEY`): base64 of 32 bytes. */
  readonly publicKey: string
  /** @returns base64 of 64 bytes */
  sign(timestamp: string, body: string): string
}

/**
 * The key of the webhooks, kept in the data folder and made where there is none.
 *
 * @throws ParleyError `key_unusable` when the file cannot be read, made or understood
 */
export function signingKeyIn(dataDir: string): SigningKey {
  const pem = keptText(dataDir, 'telnyx-signing-key.pem', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  })
  return signingKey(pem.use(createPrivateKey))
}

/** @param privateKey Ed25519 */
export function signingKey(privateKey: KeyObject): SigningKey {
  // SPKI of ed25519 is a fixed head and the 32 bytes of the key (RFC 8410 §4).
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return {
    publicKey: spki.subarray(-32).toString('base64'),
    sign: (timestamp, body) => sign(null, Buffer.from(`${timestamp}|${body}`), privateKey).toString('base64'),
  }
}
