import type { SrtpKeys } from './sdp/srtp-suites.js'

/**
 * What SDP offer and answer agreed on for one audio stream (RFC 3264). Plain data: it crosses threads.
 */
export interface NegotiatedMedia {
  readonly codec: 'opus' | 'G722' | 'PCMU' | 'PCMA'
  /** RTP payload type that this end sends. */
  readonly payloadType: number
  /** RTP payload type that this end receives (differs only with an asymmetric peer). */
  readonly receivePayloadType: number
  /** RFC 4733 events; undefined when the peer takes none. */
  readonly telephoneEvent:
    | { readonly payloadType: number; readonly receivePayloadType: number; readonly clockRate: number }
    | undefined
  /** Where RTP goes. */
  readonly remote: { readonly address: string; readonly port: number }
  /** Where RTCP goes; equals `remote` with rtcp-mux. */
  readonly remoteRtcp: { readonly address: string; readonly port: number }
  readonly rtcpMux: boolean
  /** ms of audio the peer wants per packet; 20 unless it says otherwise. */
  readonly ptimeMs: number
  /** Seen from this end: `recvonly` and `inactive` mean that the peer holds the call, so nothing is sent. */
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
  /** Absent: RTP goes in the clear. */
  readonly srtp?: SrtpKeys | undefined
}
