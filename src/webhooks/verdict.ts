import type { HeaderList } from '../store/index.js'

/** What a status makes of a webhook. */
export type Verdict = 'taken' | 'redirected' | 'retry' | 'refused'

/** 2xx takes it; 408, 429 and 5xx may take it another time; all else will not. */
export function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return 'taken'
  if ([301, 302, 303, 307, 308].includes(status)) return 'redirected'
  return status === 408 || status === 429 || status >= 500 ? 'retry' : 'refused'
}

/** The value of a header; names are compared without regard to case. */
export function headerOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

/** ms of a Retry-After (RFC 9110, section 10.2.3): seconds, or a date. 0 when there is none that can be read. */
export function retryAfterMs(headers: HeaderList, now: number): number {
  const value = headerOf(headers, 'retry-after')?.trim() ?? ''
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}
