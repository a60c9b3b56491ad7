import { createHash } from 'node:crypto'

/** `FC` and 32 hex digits, the same for one address. */
export function contactSid(address: string): string {
  return `FC${createHash('sha256').update(address).digest('hex').slice(0, 32)}`
}
