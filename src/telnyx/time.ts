/** A moment as Telnyx's events write it: ISO 8601 in UTC, to the microsecond. @param ms since the Unix epoch */
export function isoMicros(ms: number): string {
  const whole = Math.floor(ms)
  const micros = Math.floor((ms - whole) * 1000)
  return new Date(whole).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`)
}

/** A moment as Telnyx's resources write it: ISO 8601 in UTC, to the millisecond. @param ms since the Unix epoch */
export function isoMillis(ms: number): string {
  return new Date(Math.floor(ms)).toISOString()
}
