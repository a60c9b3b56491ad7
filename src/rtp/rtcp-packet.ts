import { uint16, uint32, writeUint16, writeUint32 } from './packet.js'

const senderReport = 200
const receiverReport = 201
const sourceDescription = 202
const goodbye = 203
const blockBytes = 24
/** Enough for any compound that `writeRtcp` writes. */
export const maxRtcpBytes = 512

/** What one end tells of what it received from the other (RFC 3550 §6.4.1). */
export interface ReportBlock {
  /** Whom it is about. */
  readonly ssrc: number
  /** Lost since the report before, in 1/256. */
  readonly fractionLost: number
  /** Packets lost since the beginning. */
  readonly lost: number
  /** Extended highest sequence number. */
  readonly highestSequence: number
  /** In units of the RTP clock. */
  readonly jitter: number
  /** Middle 32 bits of the NTP time of the last sender report, 0 when none came. */
  readonly lastReport: number
  /** Since that report, in 1/65536 s. */
  readonly sinceLastReport: number
}

/** What a sender tells of itself. */
export interface SenderInfo {
  /** NTP time: seconds since 1900 and fraction, 32 bits each. */
  readonly ntpSeconds: number
  readonly ntpFraction: number
  /** RTP timestamp of the same moment. */
  readonly timestamp: number
  readonly packets: number
  readonly octets: number
}

/** A compound packet to send. */
export interface RtcpReport {
  readonly ssrc: number
  /** Makes it a sender report. */
  readonly sender: SenderInfo | undefined
  readonly block: ReportBlock | undefined
  readonly cname: string
  readonly bye: boolean
}

/** Writes report, SDES with CNAME, and BYE where wanted (RFC 3550 §6.1). @returns bytes written */
export function writeRtcp(out: Uint8Array, report: RtcpReport): number {
  const blocks = report.block ? 1 : 0
  let at = writeHead(out, 0, blocks, report.sender ? senderReport : receiverReport, report.ssrc)
  if (report.sender) at = writeSender(out, at, report.sender)
  if (report.block) at = writeBlock(out, at, report.block)
  endPacket(out, 0, at)
  at = writeDescription(out, at, report.ssrc, report.cname)
  if (report.bye) {
    const start = at
    at = writeHead(out, at, 1, goodbye, report.ssrc)
    endPacket(out, start, at)
  }
  return at
}

function writeHead(out: Uint8Array, at: number, count: number, type: number, ssrc: number): number {
  out[at] = 0x80 | count
  out[at + 1] = type
  writeUint32(out, at + 4, ssrc)
  return at + 8
}

/** Fills in the length of the packet that lies between `start` and `end`. */
function endPacket(out: Uint8Array, start: number, end: number): void {
  writeUint16(out, start + 2, (end - start) / 4 - 1)
}

function writeSender(out: Uint8Array, at: number, sender: SenderInfo): number {
  writeUint32(out, at, sender.ntpSeconds)
  writeUint32(out, at + 4, sender.ntpFraction)
  writeUint32(out, at + 8, sender.timestamp)
  writeUint32(out, at + 12, sender.packets)
  writeUint32(out, at + 16, sender.octets)
  return at + 20
}

function writeBlock(out: Uint8Array, at: number, block: ReportBlock): number {
  const lost = Math.max(-0x800000, Math.min(0x7fffff, block.lost))
  writeUint32(out, at, block.ssrc)
  writeUint32(out, at + 4, (block.fractionLost << 24) | (lost & 0xffffff))
  writeUint32(out, at + 8, block.highestSequence)
  writeUint32(out, at + 12, block.jitter)
  writeUint32(out, at + 16, block.lastReport)
  writeUint32(out, at + 20, block.sinceLastReport)
  return at + blockBytes
}

function writeDescription(out: Uint8Array, start: number, ssrc: number, cname: string): number {
  const name = new TextEncoder().encode(cname).subarray(0, 255)
  let at = writeHead(out, start, 1, sourceDescription, ssrc)
  out[at] = 1
  out[at + 1] = name.length
  out.set(name, at + 2)
  at += 2 + name.length
  // The list ends with at least one null byte, filled up to a whole word.
  do out[at++] = 0
  while ((at - start) % 4 !== 0)
  endPacket(out, start, at)
  return at
}

/** What a received compound says, as far as it matters here. */
export interface RtcpReceived {
  /** Sender of the report. */
  ssrc: number
  sender: SenderInfo | undefined
  readonly blocks: ReportBlock[]
  /** Sources that said goodbye. */
  readonly goodbyes: number[]
}

/** Reads a compound packet; what is broken in it, and all after that, is left out. Never throws. */
export function parseRtcp(data: Uint8Array): RtcpReceived {
  const received: RtcpReceived = { ssrc: 0, sender: undefined, blocks: [], goodbyes: [] }
  let at = 0
  while (at + 8 <= data.length && data[at]! >> 6 === 2) {
    const end = at + 4 + uint16(data, at + 2) * 4
    if (end > data.length || end < at + 8) break
    parsePacket(data, at, end, received)
    at = end
  }
  return received
}

function parsePacket(data: Uint8Array, start: number, end: number, into: RtcpReceived): void {
  const count = data[start]! & 0x1f
  const type = data[start + 1]!
  if (type === goodbye) {
    for (let i = 0; i < count && start + 8 + i * 4 <= end; i++) {
      into.goodbyes.push(uint32(data, start + 4 + i * 4))
    }
    return
  }
  if (type !== senderReport && type !== receiverReport) return
  into.ssrc = uint32(data, start + 4)
  let at = start + 8
  if (type === senderReport) {
    if (at + 20 > end) return
    into.sender = {
      ntpSeconds: uint32(data, at),
      ntpFraction: uint32(data, at + 4),
      timestamp: uint32(data, at + 8),
      packets: uint32(data, at + 12),
      octets: uint32(data, at + 16),
    }
    at += 20
  }
  for (let i = 0; i < count && at + blockBytes <= end; i++, at += blockBytes) {
    into.blocks.push(parseBlock(data, at))
  }
}

function parseBlock(data: Uint8Array, at: number): ReportBlock {
  return {
    ssrc: uint32(data, at),
    fractionLost: data[at + 4]!,
    lost: (uint32(data, at + 4) << 8) >> 8,
    highestSequence: uint32(data, at + 8),
    jitter: uint32(data, at + 12),
    lastReport: uint32(data, at + 16),
    sinceLastReport: uint32(data, at + 20),
  }
}
