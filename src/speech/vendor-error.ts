/**
 * What went wrong at a vendor: `credentials`, `quota` and `request` will be the same at the next try, the others need
 * not. `expired`: nothing did, but its sessions last no longer, and another one may begin.
 */
export type VendorFault =
  | 'connect'
  | 'timeout'
  | 'credentials'
  | 'quota'
  | 'request'
  | 'server'
  | 'dropped'
  | 'protocol'
  | 'stalled'
  | 'expired'

export interface VendorErrorOptions extends ErrorOptions {
  /** HTTP status, where the vendor answered with one. */
  readonly status?: number | undefined
  /** ms until the vendor wants to be asked again. */
  readonly retryAfterMs?: number | undefined
  /** Left out of the message wherever they stand in it. */
  readonly secrets?: readonly string[] | undefined
}

/** Characters of a vendor's own words that a message carries. */
const MOST_DETAIL = 300

/** A speech vendor failed. The message begins with the vendor's name. */
export class VendorError extends Error {
  override readonly name = 'VendorError'
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    readonly vendor: string,
    readonly fault: VendorFault,
    detail: string,
    options: VendorErrorOptions = {},
  ) {
    super(`${vendor}: ${sealed(shortened(detail), options.secrets ?? [])}`, options)
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
  }
}

/** The fault that an HTTP status stands for. */
export function faultOfStatus(status: number): VendorFault {
  if (status === 401 || status === 403) return 'credentials'
  if (status === 402 || status === 429) return 'quota'
  if (status === 408 || status === 504) return 'timeout'
  return status >= 400 && status < 500 ? 'request' : 'server'
}

/** Whether a vendor's words tell that a session has lasted as long as one may, or waited as long for audio. */
export function tellsExpiry(words: string): boolean {
  return /(session|connection)[ _](has )?(expired|hit the maximum)|max(imum)? (\w+ )?duration|no new audio/i.test(
    words,
  )
}

/** What vendors write where they give no code of its own; the first that fits counts. */
const tellingWords: readonly (readonly [VendorFault, RegExp])[] = [
  ['dropped', /inactiv|\bidle\b|time-?out|timed out|not received/i],
  ['credentials', /api.?key|unauthori[sz]ed|authenticat|credential|forbidden|permission|access denied/i],
  // Fewer at a time may be served again.
  ['server', /concurren|simultaneous|went wrong|unknown error|internal|overload|unavailable|try again/i],
  ['quota', /quota|credits?\b|balance|payment|billing|rate.?limit|throttl|too many|exceed/i],
  ['request', /invalid|not found|not exist|unsupported|not support|unknown|no such|must|missing|malformed/i],
]

/** The fault that a vendor's own words tell of; undefined where they tell none. */
export function faultOfWords(words: string): VendorFault | undefined {
  return tellingWords.find(([, pattern]) => pattern.test(words))?.[0]
}

/** `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3), in ms. */
export function retryAfter(header: string | null | undefined, now = Date.now()): number | undefined {
  if (!header) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** The same error, with secrets that the vendor repeated taken out of its words. */
export function withoutSecrets(error: VendorError, secrets: readonly string[] = []): VendorError {
  error.message = sealed(error.message, secrets)
  if (error.stack !== undefined) error.stack = sealed(error.stack, secrets)
  return error
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > MOST_DETAIL ? `${line.slice(0, MOST_DETAIL)}…` : line
}

function sealed(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret.length < 3 ? rest : rest.replaceAll(secret, '***')), text)
}
