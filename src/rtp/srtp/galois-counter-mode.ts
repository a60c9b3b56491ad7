import { type CipherGCMTypes, createCipheriv, createDecipheriv } from 'node:crypto'
import { uint16, uint32, writeUint16, writeUint32 } from '../packet.js'
import { deriveKey } from './session-keys.js'
import { encryptedFlag, rtcpClearBytes, type SrtpTransform } from './transform.js'

const tagBytes = 16
const indexBytes = 4
const authTagLength = { authTagLength: tagBytes }

/** A session key and its salt. */
interface Secret {
  readonly key: Buffer
  /** 12 bytes */
  readonly salt: Buffer
}

/** AES in Galois/counter mode (RFC 7714). */
export class GaloisCounterMode implements SrtpTransform {
  readonly rtpOverhead = tagBytes
  readonly rtcpOverhead = tagBytes + indexBytes
  private readonly cipher: CipherGCMTypes
  private readonly nonce = new Uint8Array(12)
  /** Readable part of an RTCP packet, and its index: what is signed without being encrypted. */
  private readonly rtcpClear = new Uint8Array(rtcpClearBytes + indexBytes)

  /** Takes session keys, as they are derived; `fromMaster` derives them. */
  constructor(
    private readonly rtp: Secret,
    private readonly rtcp: Secret,
  ) {
    this.cipher = rtp.key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm'
  }

  static fromMaster(masterKey: Buffer, masterSalt: Buffer): GaloisCounterMode {
    const derive = (what: 'rtp' | 'rtcp'): Secret => ({
      key: deriveKey(masterKey, masterSalt, `${what}Encryption`, masterKey.length),
      salt: deriveKey(masterKey, masterSalt, `${what}Salt`, masterSalt.length),
    })
    return new GaloisCounterMode(derive('rtp'), derive('rtcp'))
  }

  protectRtp(packet: Uint8Array, start: number, length: number, roc: number): number {
    this.writeNonce(this.rtp.salt, uint32(packet, 8), roc, uint16(packet, 2))
    this.seal(this.rtp.key, packet.subarray(0, start), packet, start, length)
    return length + tagBytes
  }

  unprotectRtp(packet: Uint8Array, start: number, length: number, roc: number): number {
    const end = length - tagBytes
    if (end < start) return -1
    this.writeNonce(this.rtp.salt, uint32(packet, 8), roc, uint16(packet, 2))
    return this.open(this.rtp.key, packet.subarray(0, start), packet, start, end) ? end : -1
  }

  protectRtcp(packet: Uint8Array, length: number, index: number): number {
    const at = length + tagBytes
    writeUint32(packet, at, index)
    packet[at] = packet[at]! | encryptedFlag
    this.prepareRtcp(packet, at)
    this.seal(this.rtcp.key, this.rtcpClear, packet, rtcpClearBytes, length)
    return length + this.rtcpOverhead
  }

  unprotectRtcp(packet: Uint8Array, length: number): number {
    const end = length - this.rtcpOverhead
    const at = length - indexBytes
    if (end < rtcpClearBytes || !(packet[at]! & encryptedFlag)) return -1
    this.prepareRtcp(packet, at)
    return this.open(this.rtcp.key, this.rtcpClear, packet, rtcpClearBytes, end) ? end : -1
  }

  rtcpIndex(packet: Uint8Array, length: number): number {
    return uint32(packet, length - indexBytes) & 0x7fffffff
  }

  /** Nonce and associated data of an RTCP packet whose index stands at `at` (§9.1, §9.2). */
  private prepareRtcp(packet: Uint8Array, at: number): void {
    const { rtcpClear } = this
    for (let i = 0; i < rtcpClearBytes; i++) rtcpClear[i] = packet[i]!
    for (let i = 0; i < indexBytes; i++) rtcpClear[rtcpClearBytes + i] = packet[at + i]!
    const index = uint32(packet, at) & 0x7fffffff
    this.writeNonce(this.rtcp.salt, uint32(packet, 4), index >>> 16, index & 0xffff)
  }

  private writeNonce(salt: Buffer, ssrc: number, high: number, low: number): void {
    const { nonce } = this
    writeUint16(nonce, 0, 0)
    writeUint32(nonce, 2, ssrc)
    writeUint32(nonce, 6, high)
    writeUint16(nonce, 10, low)
    for (let i = 0; i < 12; i++) nonce[i] = nonce[i]! ^ salt[i]!
  }

  private seal(key: Buffer, clear: Uint8Array, packet: Uint8Array, start: number, end: number): void {
    const cipher = createCipheriv(this.cipher, key, this.nonce, authTagLength).setAAD(clear)
    packet.set(cipher.update(packet.subarray(start, end)), start)
    cipher.final()
    packet.set(cipher.getAuthTag(), end)
  }

  private open(key: Buffer, clear: Uint8Array, packet: Uint8Array, start: number, end: number): boolean {
    const decipher = createDecipheriv(this.cipher, key, this.nonce, authTagLength).setAAD(clear)
    decipher.setAuthTag(packet.subarray(end, end + tagBytes))
    const plain = decipher.update(packet.subarray(start, end))
    try {
      decipher.final()
    } catch {
      return false
    }
    packet.set(plain, start)
    return true
  }
}
