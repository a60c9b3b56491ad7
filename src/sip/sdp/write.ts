import { isIPv6 } from 'node:net'
import { type MediaDescription, write } from 'sdp-transform'
import type { EventFormat } from './session-description.js'

/** This end of the media, as it is written into SDP. */
export interface LocalMedia {
  /** IPv4 or IPv6 address that the peer can reach. */
  readonly address: string
  /** RTP port. */
  readonly port: number
  /** RTCP port where it is not muxed. */
  readonly rtcpPort: number
  /** `o=` session id: decimal digits, the same for the whole call. */
  readonly sessionId: string
  /** `o=` version: one more for each description that differs from the one before (RFC 3264 §8). */
  readonly version: number
}

/** Writes a session description of ours around its media lines. */
export function writeSession(local: LocalMedia, media: MediaDescription[]): string {
  const ipVersion = isIPv6(local.address) ? 6 : 4
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: local.sessionId,
      sessionVersion: local.version,
      netType: 'IN',
      ipVer: ipVersion,
      address: local.address,
    },
    name: 'Parley',
    connection: { version: ipVersion, ip: local.address },
    timing: { start: 0, stop: 0 },
    media,
  })
}

/** The attributes of `telephone-event`: the sixteen keys and hook flash (RFC 4733 §2.4.1). */
export function eventAttributes(event: EventFormat): Pick<MediaDescription, 'rtp' | 'fmtp'> {
  return {
    rtp: [{ payload: event.payloadType, codec: 'telephone-event', rate: event.clockRate }],
    fmtp: [{ payload: event.payloadType, config: '0-16' }],
  }
}

/** `a=rtcp` where RTCP has a port that the peer would not guess (RFC 3605). */
export function rtcpAttribute(local: LocalMedia): Pick<MediaDescription, 'rtcp'> {
  return local.rtcpPort === local.port + 1 ? {} : { rtcp: { port: local.rtcpPort } }
}
