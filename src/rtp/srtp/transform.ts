/**
 * One direction's protection under one master key. Works in place; `packet` needs room for `rtpOverhead` or `rtcpOverhead`
 * bytes after `length`. Never throws.
 */
export interface SrtpTransform {
  /** Bytes that protecting adds. */
  readonly rtpOverhead: number
  readonly rtcpOverhead: number
  /**
   * @param start where the payload begins
   * @param roc how often the sequence number has wrapped (RFC 3711 §3.3.1)
   * @returns the new length
   */
  protectRtp(packet: Uint8Array, start: number, length: number, roc: number): number
  /** @returns the length without what protecting added, or -1, and nothing changed, when it is not authentic */
  unprotectRtp(packet: Uint8Array, start: number, length: number, roc: number): number
  /** @param index below 2^31, another one for each packet (RFC 3711 §3.4) */
  protectRtcp(packet: Uint8Array, length: number, index: number): number
  unprotectRtcp(packet: Uint8Array, length: number): number
  /** The index that a protected RTCP packet carries. */
  rtcpIndex(packet: Uint8Array, length: number): number
}

/** Bytes that a buffer needs behind a packet so that any suite can protect it in place. */
export const srtpRoomBytes = 20

/** Header of an RTCP packet, and SSRC of its sender: what stays readable. */
export const rtcpClearBytes = 8
/** Flag before the index of a packet that is encrypted, and not only signed. */
export const encryptedFlag = 0x80
