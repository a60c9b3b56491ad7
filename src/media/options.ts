import type { HostMap } from '../base/host-map.js'
import type { SessionLimits, SpeechEngines } from '../session/index.js'
import type { SpeechOptions, VoiceDetector } from '../speech/index.js'

/** Settings of a media plane. Plain data: they are given to each shard. */
export interface MediaPlaneOptions {
  /** First and last RTP port. */
  readonly rtpPorts: { readonly from: number; readonly to: number }
  /** ms without RTP after which a leg counts as gone. */
  readonly rtpTimeoutMs: number
  /** Bounds of the jitter buffer, in ms. */
  readonly jitter: { readonly minMs: number; readonly maxMs: number }
  readonly limits: SessionLimits
  /** `high`: the plane's thread goes before ordinary ones where the system allows it. */
  readonly priority: 'high' | 'normal'
  /** Signs the handshakes with apps, when given. */
  readonly authToken?: string | undefined
  /** Where apps' hosts are reached instead of where their names lead. */
  readonly hosts?: HostMap | undefined
  readonly speech: SpeechOptions
}

/** The speech engines that the sessions of a plane share. */
export interface Speech extends SpeechEngines {
  readonly detector: VoiceDetector
  /** What there is and how to get better; one line each. */
  describe(): readonly string[]
  close(): Promise<void>
}

/** Loads the engines that the options choose. */
export type LoadSpeech = (options: SpeechOptions) => Promise<Speech>
