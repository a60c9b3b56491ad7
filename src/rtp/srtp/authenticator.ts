import { createHmac } from 'node:crypto'

/** HMAC-SHA1, cut short (RFC 3711 §4.2.1). */
export class Authenticator {
  constructor(
    private readonly key: Buffer,
    readonly tagBytes: number,
  ) {}

  /**
   * Writes the tag of `packet[0, length)` behind it.
   * @param suffix what is signed beside the packet but not sent
   */
  sign(packet: Uint8Array, length: number, suffix?: Uint8Array): void {
    const tag = this.digest(packet, length, suffix)
    for (let i = 0; i < this.tagBytes; i++) packet[length + i] = tag[i]!
  }

  /** Whether the tag of `packet[0, length)` follows it. Takes the same time wherever they differ. */
  verify(packet: Uint8Array, length: number, suffix?: Uint8Array): boolean {
    const tag = this.digest(packet, length, suffix)
    let difference = 0
    for (let i = 0; i < this.tagBytes; i++) difference |= tag[i]! ^ packet[length + i]!
    return difference === 0
  }

  private digest(packet: Uint8Array, length: number, suffix: Uint8Array | undefined): Buffer {
    const hmac = createHmac('sha1', this.key).update(packet.subarray(0, length))
    if (suffix) hmac.update(suffix)
    return hmac.digest()
  }
}
