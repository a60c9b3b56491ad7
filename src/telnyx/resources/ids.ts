import { randomInt } from 'node:crypto'

/** An id as Telnyx gives to applications: 19 digits. */
export function newNumericId(): string {
  const digits = Array.from({ length: 18 }, () => randomInt(10))
  return `${randomInt(1, 10)}${digits.join('')}`
}
