import { createCipheriv } from 'node:crypto'

/** What a session key is for (RFC 3711 §4.3.1, §4.3.2). */
const keyLabels = {
  rtpEncryption: 0,
  rtpAuthentication: 1,
  rtpSalt: 2,
  rtcpEncryption: 3,
  rtcpAuthentication: 4,
  rtcpSalt: 5,
} as const

export type KeyLabel = keyof typeof keyLabels

/**
 * Derives one session key from a master key, by AES in counter mode (RFC 3711 §4.3.3), once for the whole stream.
 * @param masterKey 16 or 32 bytes
 * @param masterSalt 14 bytes, or 12, which count as the first of 14 (RFC 7714 §11)
 */
export function deriveKey(masterKey: Buffer, masterSalt: Buffer, label: KeyLabel, bytes: number): Buffer {
  const iv = Buffer.alloc(16)
  masterSalt.copy(iv)
  iv[7] = iv[7]! ^ keyLabels[label]
  return createCipheriv(`aes-${masterKey.length * 8}-ctr`, masterKey, iv).update(Buffer.alloc(bytes))
}
