/** One call's media in figures, since its beginning. */
export interface RtpStats {
  readonly received: {
    readonly packets: number
    /** Payload bytes. */
    readonly bytes: number
    /** Packets that never came. */
    readonly lost: number
    /** Packets that came twice or too late to be played. */
    readonly discarded: number
    /** Inter-arrival jitter (RFC 3550 A.8). */
    readonly jitterMs: number
    /** Audio made up in place of what was lost or late. */
    readonly concealedMs: number
    /** Delay of the jitter buffer now. */
    readonly delayMs: number
    /** Datagrams that were no RTP, or came from strangers. */
    readonly rejected: number
  }
  readonly sent: {
    readonly packets: number
    readonly bytes: number
    /** Datagrams the system refused. */
    readonly errors: number
  }
  /** As the peer reports it by RTCP; undefined until it does. */
  readonly remote:
    | { readonly lossRatio: number; readonly lost: number; readonly jitterMs: number }
    | undefined
  /** Undefined until the peer has answered a report. */
  readonly roundTripMs: number | undefined
  /** Estimated opinion of what is heard here, 1 to 4.5 (`meanOpinion`). */
  readonly mos: number
}
