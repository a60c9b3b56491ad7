/** The four row and four column frequencies of DTMF, in Hz (ITU-T Q.23). */
export const DTMF_ROWS = [697, 770, 852, 941] as const
export const DTMF_COLUMNS = [1209, 1336, 1477, 1633] as const
const KEYS = '123A456B789C*0#D'

/** The two frequencies of a key (`0-9 * # A-D`, either case) in Hz, or undefined for another character. */
export function dtmfFrequencies(digit: string): readonly [row: number, column: number] | undefined {
  const at = digit.length === 1 ? KEYS.indexOf(digit.toUpperCase()) : -1
  return at < 0 ? undefined : [DTMF_ROWS[at >> 2], DTMF_COLUMNS[at & 3]]
}

/** The key where a row (0 to 3) and a column (0 to 3) cross. */
export function dtmfKey(row: number, column: number): string {
  return KEYS[row * 4 + column]
}
