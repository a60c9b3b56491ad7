/** Source of random bytes: `crypto.randomBytes`, or a fixed one in tests. */
export type RandomBytes = (count: number) => Buffer

/** The names a call goes by on either platform. */
export interface CallIdentity {
  /** `CA` and 32 hex digits. */
  readonly callSid: string
  /** `v3:` and 40 random bytes, base64url: opaque, as Telnyx's. */
  readonly callControlId: string
  readonly callSessionId: string
  readonly callLegId: string
}

/** @param related a call that the new one shares its call session id with */
export function newCallIdentity(random: RandomBytes, related?: CallIdentity): CallIdentity {
  return {
    callSid: `CA${random(16).toString('hex')}`,
    callControlId: `v3:${random(40).toString('base64url')}`,
    callSessionId: related?.callSessionId ?? uuid(random),
    callLegId: uuid(random),
  }
}

/** A session's id: `VX` and 32 hex digits for Twilio, a UUID for Telnyx. */
export function newSessionId(dialect: 'twilio' | 'telnyx', random: RandomBytes): string {
  return dialect === 'twilio' ? `VX${random(16).toString('hex')}` : uuid(random)
}

/** UUID version 4 (RFC 9562 §5.4). */
export function uuid(random: RandomBytes): string {
  const bytes = random(16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
