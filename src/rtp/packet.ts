/** Bytes of the fixed RTP header (RFC 3550 §5.1). */
export const rtpHeaderBytes = 12

/** Header of one packet and where its payload lies. Reused from packet to packet: copy what must last. */
export interface RtpHeader {
  payloadType: number
  marker: boolean
  sequence: number
  timestamp: number
  ssrc: number
  /** Offset of the payload's first byte. */
  payloadStart: number
  /** Offset after the payload's last byte, padding excluded. */
  payloadEnd: number
}

export function emptyRtpHeader(): RtpHeader {
  return {
    payloadType: 0,
    marker: false,
    sequence: 0,
    timestamp: 0,
    ssrc: 0,
    payloadStart: rtpHeaderBytes,
    payloadEnd: rtpHeaderBytes,
  }
}

/**
 * Bytes before the payload of an RTP packet: the fixed header, contributing sources, header extension.
 * @returns -1 for anything that is not a whole header
 */
export function rtpHeaderLength(data: Uint8Array, length: number): number {
  if (length < rtpHeaderBytes) return -1
  const first = data[0]!
  if (first >> 6 !== 2) return -1
  let start = rtpHeaderBytes + (first & 0x0f) * 4
  if (first & 0x10) {
    if (start + 4 > length) return -1
    start += 4 + uint16(data, start + 2) * 4
  }
  return start > length ? -1 : start
}

/**
 * Reads an RTP packet (RFC 3550 §5.1), stepping over contributing sources, header extension and padding.
 * @param into receives the fields; undefined content when the answer is false
 * @returns false for anything that is not a whole RTP packet; never throws
 */
export function parseRtp(data: Uint8Array, into: RtpHeader): boolean {
  const length = data.length
  const start = rtpHeaderLength(data, length)
  if (start < 0) return false
  let end = length
  if (data[0]! & 0x20) {
    const padding = data[length - 1]!
    if (padding === 0) return false
    end -= padding
  }
  if (start > end) return false

  into.marker = (data[1]! & 0x80) !== 0
  into.payloadType = data[1]! & 0x7f
  into.sequence = uint16(data, 2)
  into.timestamp = uint32(data, 4)
  into.ssrc = uint32(data, 8)
  into.payloadStart = start
  into.payloadEnd = end
  return true
}

/** Writes a fixed header without contributing sources, extension or padding. */
export function writeRtpHeader(
  out: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  out[0] = 0x80
  out[1] = (marker ? 0x80 : 0) | payloadType
  writeUint16(out, 2, sequence)
  writeUint32(out, 4, timestamp)
  writeUint32(out, 8, ssrc)
}

/** Tells RTCP from RTP on one port by the packet type, 192 to 223 (RFC 5761 §4). */
export function isRtcp(data: Uint8Array): boolean {
  return data.length >= 8 && data[0]! >> 6 === 2 && data[1]! >= 192 && data[1]! <= 223
}

/** The unsigned integer of two bytes at `at`, most significant first; those below likewise. Bounds are not checked. */
export function uint16(data: Uint8Array, at: number): number {
  return (data[at]! << 8) | data[at + 1]!
}

export function uint32(data: Uint8Array, at: number): number {
  return ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0
}

export function writeUint16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 8
  out[at + 1] = value
}

export function writeUint32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24
  out[at + 1] = value >>> 16
  out[at + 2] = value >>> 8
  out[at + 3] = value
}
