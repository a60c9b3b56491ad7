import type { NegotiatedMedia } from '../media.js'

/** A codec under its RTP encoding name. */
export type SdpCodecName = NegotiatedMedia['codec']

/** How a codec looks in SDP. */
export interface SdpCodec {
  readonly name: SdpCodecName
  /** Hz in `a=rtpmap`; 8000 for G.722 although it samples at 16 kHz (RFC 3551 §4.5.2). */
  readonly clockRate: 8000 | 48000
  readonly channels: 1 | 2
  /** Static payload type (RFC 3551 §6); ours in an offer where the type is dynamic. */
  readonly payloadType: number
  readonly isStatic: boolean
  readonly fmtp?: string
}

/**
 * Opus is always `opus/48000/2` (RFC 7587 §7). Its parameters tell the peer that more than wideband is wasted on us,
 * and that we can use forward error correction.
 */
const table: Readonly<Record<SdpCodecName, SdpCodec>> = {
  opus: {
    name: 'opus',
    clockRate: 48000,
    channels: 2,
    payloadType: 96,
    isStatic: false,
    fmtp: 'minptime=10;useinbandfec=1;maxplaybackrate=16000;sprop-maxcapturerate=16000',
  },
  G722: { name: 'G722', clockRate: 8000, channels: 1, payloadType: 9, isStatic: true },
  PCMU: { name: 'PCMU', clockRate: 8000, channels: 1, payloadType: 0, isStatic: true },
  PCMA: { name: 'PCMA', clockRate: 8000, channels: 1, payloadType: 8, isStatic: true },
}

/** HD first: recognisers are good at 16 kHz audio. */
export const defaultPreference: readonly SdpCodecName[] = ['opus', 'G722', 'PCMU', 'PCMA']

export function sdpCodec(name: SdpCodecName): SdpCodec {
  return table[name]
}

/** The codec that a static payload type stands for without an `a=rtpmap` (RFC 3551 §6). */
export function staticCodec(payloadType: number): SdpCodec | undefined {
  return Object.values(table).find((codec) => codec.isStatic && codec.payloadType === payloadType)
}

/** The codec that an `a=rtpmap` names. Encoding names compare case-insensitively (RFC 4855 §3). */
export function mappedCodec(encoding: string, clockRate: number, channels: number): SdpCodec | undefined {
  const codec = Object.values(table).find(({ name }) => name.toLowerCase() === encoding.toLowerCase())
  if (!codec || codec.clockRate !== clockRate) return undefined
  // Some phones write `opus/48000`; what they send is the same.
  return channels <= codec.channels ? codec : undefined
}
