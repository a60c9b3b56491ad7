import { createCipheriv } from 'node:crypto'
import { writeUint16, writeUint32 } from '../packet.js'

const blockBytes = 16
/** Longest stretch that is encrypted: far more than any packet of audio has. */
export const maxKeystreamBytes = 4096
const maxBlocks = maxKeystreamBytes / blockBytes

/**
 * AES in counter mode (RFC 3711 §4.1.1). One cipher object serves all packets: it encrypts the counters, since starting a
 * cipher anew for each packet takes longer than the packet itself.
 */
export class Keystream {
  private readonly cipher
  private readonly counters = new Uint8Array(maxKeystreamBytes)
  /** The first n counters, for each n that was needed. */
  private readonly views: Uint8Array[] = []
  private readonly nonce = new Uint8Array(14)

  /** @param salt 14 bytes */
  constructor(
    key: Buffer,
    private readonly salt: Buffer,
  ) {
    this.cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false)
    for (let block = 0; block < maxBlocks; block++) this.counters[block * blockBytes + 15] = block
  }

  /**
   * Encrypts or decrypts `packet[from, to)` in place.
   * @param high upper 32 bits of the packet's index, `low` the other 16
   */
  apply(packet: Uint8Array, from: number, to: number, ssrc: number, high: number, low: number): void {
    const blocks = Math.ceil((to - from) / blockBytes)
    if (blocks === 0) return
    this.writeNonce(ssrc, high, low)
    for (let block = 0; block < blocks; block++) this.counters.set(this.nonce, block * blockBytes)
    this.views[blocks] ??= this.counters.subarray(0, blocks * blockBytes)
    const stream = this.cipher.update(this.views[blocks])
    for (let i = from; i < to; i++) packet[i] = packet[i]! ^ stream[i - from]!
  }

  private writeNonce(ssrc: number, high: number, low: number): void {
    const { nonce, salt } = this
    writeUint32(nonce, 0, 0)
    writeUint32(nonce, 4, ssrc)
    writeUint32(nonce, 8, high)
    writeUint16(nonce, 12, low)
    for (let i = 0; i < 14; i++) nonce[i] = nonce[i]! ^ salt[i]!
  }
}
