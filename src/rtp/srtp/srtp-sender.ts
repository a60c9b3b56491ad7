import type { SrtpSuite } from '../../sip/index.js'
import { rtpHeaderLength, uint16 } from '../packet.js'
import { createTransform } from './create-transform.js'
import type { SrtpTransform } from './transform.js'

/** Protects what one source sends, RTP in the order of its sequence numbers. */
export class SrtpSender {
  /** Index of the next RTCP packet. */
  rtcpIndex = 0
  private readonly transform: SrtpTransform
  private roc = 0
  private lastSequence = 0

  /** @param key master key and salt, in base64 */
  constructor(suite: SrtpSuite, key: string) {
    this.transform = createTransform(suite, key)
  }

  /** Protects a packet in place. @returns its new length */
  protectRtp(packet: Uint8Array, length: number): number {
    const sequence = uint16(packet, 2)
    if (sequence < this.lastSequence) this.roc = (this.roc + 1) % 2 ** 32
    this.lastSequence = sequence
    return this.transform.protectRtp(packet, rtpHeaderLength(packet, length), length, this.roc)
  }

  /** As `protectRtp`, for a compound RTCP packet. */
  protectRtcp(packet: Uint8Array, length: number): number {
    const index = this.rtcpIndex
    this.rtcpIndex = (index + 1) % 2 ** 31
    return this.transform.protectRtcp(packet, length, index)
  }
}
