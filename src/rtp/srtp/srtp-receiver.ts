import type { SrtpSuite } from '../../sip/index.js'
import { rtpHeaderLength, uint16, uint32 } from '../packet.js'
import { createTransform } from './create-transform.js'
import { ReplayWindow } from './replay-window.js'
import type { SrtpTransform } from './transform.js'

/** Sources that are followed at a time; a peer has one, and another after each change. */
const maxSources = 16
const sequences = 2 ** 16

/** What was received of one source. */
interface Source {
  readonly rtp: ReplayWindow
  readonly rtcp: ReplayWindow
}

/** Checks and opens what a peer sends under one master key. Whatever is not authentic, or came before, is refused. */
export class SrtpReceiver {
  private readonly transform: SrtpTransform
  private readonly sources = new Map<number, Source>()

  /**
   * @param key master key and salt, in base64
   * @param previous the receiver of the key before this one
   */
  constructor(
    suite: SrtpSuite,
    key: string,
    private previous?: SrtpReceiver | undefined,
  ) {
    this.transform = createTransform(suite, key)
    // Two keys back is too far.
    if (previous) previous.previous = undefined
  }

  /** Opens a packet in place. @returns its length as plain RTP, or -1 when it must not be heard */
  unprotectRtp(packet: Uint8Array): number {
    const start = rtpHeaderLength(packet, packet.length)
    if (start < 0) return -1
    const ssrc = uint32(packet, 8)
    const sequence = uint16(packet, 2)
    const source = this.sources.get(ssrc)
    if (source && source.rtp.highest >= 0) {
      return this.openRtp(packet, start, estimateIndex(source.rtp.highest, sequence), source)
    }
    const fresh = source ?? { rtp: new ReplayWindow(), rtcp: new ReplayWindow() }
    for (const index of this.firstIndices(ssrc, sequence)) {
      const length = this.openRtp(packet, start, index, fresh)
      if (length < 0) continue
      this.keep(ssrc, fresh)
      return length
    }
    return -1
  }

  /** As `unprotectRtp`, for RTCP. */
  unprotectRtcp(packet: Uint8Array): number {
    if (packet.length < 8 + this.transform.rtcpOverhead) return -1
    const ssrc = uint32(packet, 4)
    const source = this.sources.get(ssrc) ?? { rtp: new ReplayWindow(), rtcp: new ReplayWindow() }
    const index = this.transform.rtcpIndex(packet, packet.length)
    if (!source.rtcp.isNew(index)) return -1
    const length = this.transform.unprotectRtcp(packet, packet.length)
    if (length < 0) return -1
    source.rtcp.add(index)
    this.keep(ssrc, source)
    return length
  }

  private openRtp(packet: Uint8Array, start: number, index: number, source: Source): number {
    if (index < 0 || !source.rtp.isNew(index)) return -1
    const roc = Math.floor(index / sequences)
    const length = this.transform.unprotectRtp(packet, start, packet.length, roc)
    if (length >= 0) source.rtp.add(index)
    return length
  }

  /**
   * Where a source may stand whose first packet this is. At the beginning; past the first wrap, should its first packets be
   * lost; or, after a change of keys, where it stood under the last, since RFC 3711 §3.3.1 and RFC 4568 §7.1.4 do not agree.
   */
  private firstIndices(ssrc: number, sequence: number): number[] {
    const indices = [sequence]
    const before = this.previous?.sources.get(ssrc)?.rtp.highest ?? -1
    if (before >= 0) indices.push(estimateIndex(before, sequence))
    if (sequence < sequences / 2) indices.push(sequence + sequences)
    return indices
  }

  private keep(ssrc: number, source: Source): void {
    this.sources.set(ssrc, source)
    if (this.sources.size > maxSources) this.sources.delete(this.sources.keys().next().value!)
  }
}

/** The index that a sequence number most likely stands for (RFC 3711 §3.3.1); negative when that was never sent. */
export function estimateIndex(highest: number, sequence: number): number {
  const base = highest - (highest % sequences)
  const half = sequences / 2
  const near = highest % sequences
  if (near < half) return sequence - near > half ? base - sequences + sequence : base + sequence
  return near - sequence > half ? base + sequences + sequence : base + sequence
}
