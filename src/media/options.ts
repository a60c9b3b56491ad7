import type { SessionLimits } from '../session/index.js'

/** Settings of a media plane. Plain data: they are given to each shard. */
export interface MediaPlaneOptions {
  /** First and last RTP port. */
  readonly rtpPorts: { readonly from: number; readonly to: number }
  /** ms without RTP after which a leg counts as gone. */
  readonly rtpTimeoutMs: number
  /** Bounds of the jitter buffer, in ms. */
  readonly jitter: { readonly minMs: number; readonly maxMs: number }
  readonly limits: SessionLimits
  /** Signs the handshakes with apps, when given. */
  readonly authToken?: string | undefined
  /** Engine names, or `auto`. */
  readonly speech: { readonly stt: string; readonly tts: string }
}
