import { uint16, uint32, writeUint32 } from '../packet.js'
import { Authenticator } from './authenticator.js'
import { Keystream, maxKeystreamBytes } from './keystream.js'
import { deriveKey, type KeyLabel } from './session-keys.js'
import { encryptedFlag, rtcpClearBytes, type SrtpTransform } from './transform.js'

const rtcpTagBytes = 10
const indexBytes = 4
const hmacKeyBytes = 20

/** AES in counter mode with HMAC-SHA1 (RFC 3711, RFC 6188 for keys of 256 bits). */
export class CounterMode implements SrtpTransform {
  readonly rtpOverhead: number
  readonly rtcpOverhead = indexBytes + rtcpTagBytes
  private readonly rtpStream: Keystream
  private readonly rtpTags: Authenticator
  private readonly rtcpStream: Keystream
  private readonly rtcpTags: Authenticator
  private readonly roc = new Uint8Array(4)

  /** @param rtpTagBytes 10 or 4; RTCP always has 10 (RFC 4568 §6.2.2) */
  constructor(masterKey: Buffer, masterSalt: Buffer, rtpTagBytes: number) {
    const derive = (label: KeyLabel, bytes: number) => deriveKey(masterKey, masterSalt, label, bytes)
    const { length: keyBytes } = masterKey
    const { length: saltBytes } = masterSalt
    this.rtpOverhead = rtpTagBytes
    this.rtpStream = new Keystream(derive('rtpEncryption', keyBytes), derive('rtpSalt', saltBytes))
    this.rtpTags = new Authenticator(derive('rtpAuthentication', hmacKeyBytes), rtpTagBytes)
    this.rtcpStream = new Keystream(derive('rtcpEncryption', keyBytes), derive('rtcpSalt', saltBytes))
    this.rtcpTags = new Authenticator(derive('rtcpAuthentication', hmacKeyBytes), rtcpTagBytes)
  }

  protectRtp(packet: Uint8Array, start: number, length: number, roc: number): number {
    this.rtpStream.apply(packet, start, length, uint32(packet, 8), roc, uint16(packet, 2))
    writeUint32(this.roc, 0, roc)
    this.rtpTags.sign(packet, length, this.roc)
    return length + this.rtpOverhead
  }

  unprotectRtp(packet: Uint8Array, start: number, length: number, roc: number): number {
    const end = length - this.rtpOverhead
    if (end < start || end - start > maxKeystreamBytes) return -1
    writeUint32(this.roc, 0, roc)
    if (!this.rtpTags.verify(packet, end, this.roc)) return -1
    this.rtpStream.apply(packet, start, end, uint32(packet, 8), roc, uint16(packet, 2))
    return end
  }

  protectRtcp(packet: Uint8Array, length: number, index: number): number {
    this.rtcpStream.apply(packet, rtcpClearBytes, length, uint32(packet, 4), index >>> 16, index & 0xffff)
    writeUint32(packet, length, index)
    packet[length] = packet[length]! | encryptedFlag
    this.rtcpTags.sign(packet, length + indexBytes)
    return length + this.rtcpOverhead
  }

  unprotectRtcp(packet: Uint8Array, length: number): number {
    const end = length - this.rtcpOverhead
    if (end < rtcpClearBytes || end > maxKeystreamBytes || !(packet[end]! & encryptedFlag)) return -1
    if (!this.rtcpTags.verify(packet, end + indexBytes)) return -1
    const index = this.rtcpIndex(packet, length)
    this.rtcpStream.apply(packet, rtcpClearBytes, end, uint32(packet, 4), index >>> 16, index & 0xffff)
    return end
  }

  rtcpIndex(packet: Uint8Array, length: number): number {
    return uint32(packet, length - this.rtcpOverhead) & 0x7fffffff
  }
}
