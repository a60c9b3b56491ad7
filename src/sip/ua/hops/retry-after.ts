import type { SipHeaders } from '../../message.js'

/** What Retry-After says, in ms: `120`, `120 (in maintenance)`, `120;duration=60` (RFC 3261 §20.33). */
export function retryAfterMs(headers: SipHeaders): number | undefined {
  const seconds = /^\s*(\d{1,9})/.exec(headers.get('Retry-After') ?? '')?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}
