import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { keptText } from '../../base/kept-text.js'

/** Keeps secrets out of the database's sight, and makes addresses that nobody can guess. */
export interface SealingKey {
  seal(text: string): string
  /** Undefined for what another key sealed. */
  open(sealed: string): string | undefined
  /** Hex; proves that this node wrote `text`. */
  mark(text: string): string
  verify(text: string, mark: string): boolean
}

/**
 * The node's own key, kept in the data folder and made where there is none. A copy of the database alone opens nothing.
 *
 * @throws ParleyError `key_unusable`
 */
export function sealingKeyIn(dataDir: string): SealingKey {
  const kept = keptText(dataDir, 'telnyx-secret-key', () => randomBytes(32).toString('base64'))
  return kept.use((text) => {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.length !== 32) throw new Error('it must be the base64 of 32 bytes')
    return sealingKey(bytes)
  })
}

/** Keys for each purpose, derived from one secret (HKDF, RFC 5869). */
export function sealingKey(secret: Buffer): SealingKey {
  const derived = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
  const sealing = derived('integration secrets')
  const marking = derived('recording urls')
  const mark = (text: string): string => createHmac('sha256', marking).update(text).digest('hex')
  return {
    mark,
    verify(text, given) {
      const right = Buffer.from(mark(text))
      const presented = Buffer.from(given)
      return presented.length === right.length && timingSafeEqual(presented, right)
    },
    seal(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      try {
        const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, 12))
        decipher.setAuthTag(bytes.subarray(12, 28))
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}
