import type { RandomBytes } from '../../calls/index.js'

/** `prefix` and 32 hex digits, as Twilio names things. */
export function newSid(prefix: string, random: RandomBytes): string {
  return `${prefix}${random(16).toString('hex')}`
}
