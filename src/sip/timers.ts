/** The base values of RFC 3261 §17.1.1.1, in ms; everything else is a multiple. */
export interface TimerValues {
  /** Estimate of the round trip. */
  readonly t1: number
  /** Longest interval between retransmissions of non-INVITE requests and of responses to INVITE. */
  readonly t2: number
  /** How long a message stays in the network. */
  readonly t4: number
}

/** RFC 3261's defaults. */
export const defaultTimers: TimerValues = { t1: 500, t2: 4_000, t4: 5_000 }
