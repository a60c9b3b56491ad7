/** `1:02.3` from ms; `1:00:02` from an hour on. */
export function clock(ms: number, decimals = 1): string {
  const sign = ms < 0 ? '−' : ''
  const total = Math.abs(ms) / 1000
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = (total % 60).toFixed(hours > 0 ? 0 : decimals)
  const width = seconds.indexOf('.') < 0 ? 2 : 3 + decimals
  const tail = seconds.padStart(width, '0')
  return hours > 0
    ? `${sign}${hours}:${String(minutes).padStart(2, '0')}:${tail}`
    : `${sign}${minutes}:${tail}`
}

/** `850 ms`, `1.2 s`, `3 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return clock(ms, 0)
}

/** Date and time as the reader's country writes them. */
export function moment(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(1)} KB`
  return `${(count / 1024 / 1024).toFixed(1)} MB`
}

/** JSON, indented, of a text that is JSON; the text itself otherwise. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** A code in two words, for lists. */
export function problemTitle(code: string): string {
  return code.replaceAll('_', ' ')
}
