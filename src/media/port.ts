import type { MessagePort } from 'node:worker_threads'
import type { CallFacts, RelaySettings } from '../protocol/index.js'
import type { RtpStats } from '../rtp/index.js'
import type { EndCause, SessionResult, TimelineEvent } from '../session/index.js'
import type { NegotiatedMedia } from '../sip/index.js'
import type { LegCommand, LegEvent } from './leg-commands.js'

/**
 * What the signalling plane asks of the media plane. Plain, structured-cloneable values, but for a channel that is
 * transferred: the other side may be another thread.
 */
export type MediaCommand =
  | OpenLeg
  /** The peer's media changed: first answer of a late offer, re-INVITE, UPDATE. */
  | { readonly type: 'update-leg'; readonly leg: string; readonly media: NegotiatedMedia }
  /** The call is answered: audio flows from here on. Before it nothing is sent, so that the caller hears ringing. */
  | { readonly type: 'leg-answered'; readonly leg: string }
  /** Audio flows although the call is not answered: ringback of ours, or the callee's. */
  | { readonly type: 'early-media'; readonly leg: string }
  /** A digit that came by signalling (SIP INFO). */
  | { readonly type: 'leg-digit'; readonly leg: string; readonly digit: string }
  | { readonly type: 'close-leg'; readonly leg: string }
  | LegCommand
  | StartSession
  /** The call was answered: playout may begin. */
  | { readonly type: 'session-answered'; readonly session: string }
  | {
      readonly type: 'end-session'
      readonly session: string
      readonly cause: EndCause
      readonly detail: string
    }

/** A leg's packets over a peer connection of the signalling plane's, in place of UDP ports. */
export interface PeerChannel {
  /** RTP and RTCP in the clear, a packet a message, both ways. Closed with the leg. */
  readonly packets: MessagePort
  /** SSRC of what the leg sends, which the peer knows already. */
  readonly ssrc: number
}

/** Opens a leg: reserves RTP ports for it, or takes a channel. `leg-opened` or `leg-failed` follows. */
export interface OpenLeg {
  readonly type: 'open-leg'
  readonly leg: string
  /** Local address to bind, IPv4 or IPv6; a channel has none. */
  readonly address: string
  readonly peer?: PeerChannel | undefined
  /** What was agreed on; absent with a late offer, which `update-leg` completes. */
  readonly media?: NegotiatedMedia | undefined
  /** Stereo WAV to write, caller left, agent right. */
  readonly recording?: string | undefined
  /** A leg that this one will be joined to: it is opened in the same shard where there is room. */
  readonly near?: string | undefined
}

export interface StartSession {
  readonly type: 'start-session'
  readonly session: string
  readonly leg: string
  readonly settings: RelaySettings
  readonly call: CallFacts
  readonly answered: boolean
}

/** What the media plane tells. */
export type MediaEvent =
  | { readonly type: 'leg-opened'; readonly leg: string; readonly port: number; readonly rtcpPort: number }
  | { readonly type: 'leg-failed'; readonly leg: string; readonly detail: string }
  /** Media stopped by itself while no session was there to be told. */
  | { readonly type: 'leg-gone'; readonly leg: string; readonly reason: 'rtp-timeout' | 'failed' }
  /** The leg's media in figures, every 10 s from the answer on, and at its end. */
  | { readonly type: 'leg-measured'; readonly leg: string; readonly at: number; readonly quality: RtpStats }
  | { readonly type: 'leg-closed'; readonly leg: string; readonly quality: RtpStats | undefined }
  | LegEvent
  /** The app's socket is up: a ringing call may be answered. */
  | { readonly type: 'session-ready'; readonly session: string }
  | { readonly type: 'session-ended'; readonly result: SessionResult }
  | { readonly type: 'timeline'; readonly events: readonly TimelineEvent[] }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }

/** The typed port between the planes. */
export interface MediaPort {
  /** What speech there is and how to get better; one line each. */
  readonly speech: readonly string[]
  send(command: MediaCommand): void
  /** Called for every event; set before the first command. */
  onEvent: (event: MediaEvent) => void
  /** Ends everything. Resolves when all shards are closed. */
  close(): Promise<void>
}
