/** Keys by their RFC 4733 event code, 0 to 15. */
const keys = '0123456789*#ABCD'

/** @returns the key of an event code; undefined for events that are no keys */
export function keyOfEvent(code: number): string | undefined {
  return keys[code]
}

/** @returns the event code of a key; undefined for characters that are none */
export function eventOfKey(key: string): number | undefined {
  const code = keys.indexOf(key.toUpperCase())
  return key.length === 1 && code >= 0 ? code : undefined
}
