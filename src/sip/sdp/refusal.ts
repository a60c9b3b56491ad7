/** Why a session description cannot be used, as the SIP response that says so. */
export interface SdpRefusal {
  /** 400: not a session description. 488: one we cannot meet. */
  readonly status: 400 | 488
  /** Reason phrase: what is missing or wrong. */
  readonly reason: string
}

/** Tells a refusal from what was hoped for instead. */
export function isSdpRefusal(value: object): value is SdpRefusal {
  return 'status' in value && 'reason' in value
}

/** Of SDP that cannot be read. */
export function malformed(reason: string): SdpRefusal {
  return { status: 400, reason: `Bad SDP: ${reason}` }
}

/** Of SDP that can be read, and not be met. */
export function notAcceptable(reason: string): SdpRefusal {
  return { status: 488, reason: `Not Acceptable Here: ${reason}` }
}
