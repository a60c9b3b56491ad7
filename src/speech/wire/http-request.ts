import { reasonOf } from '../../base/errors.js'
import { faultOfStatus, retryAfter, VendorError } from '../vendor-error.js'
import { shownUrl } from './urls.js'

/** An HTTP request to a vendor. */
export interface HttpRequest {
  /** Vendor's name, for messages. */
  readonly vendor: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Makes it a POST. */
  readonly body?: string | Uint8Array | FormData | undefined
  /** ms until the answer's head must be there. */
  readonly headTimeoutMs: number
  readonly signal: AbortSignal
  /** Left out of messages. */
  readonly secrets?: readonly string[] | undefined
}

/**
 * Asks, and resolves at the head of an answer of 200 to 299.
 * @throws VendorError for other answers, with status and body, and where there is none; what `signal` aborts ends in
 * the signal's own reason
 */
export async function ask(request: HttpRequest): Promise<Response> {
  const { vendor, url, headers, body, headTimeoutMs, signal, secrets } = request
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), headTimeoutMs)
  const either = AbortSignal.any([signal, late.signal])
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'user-agent': 'Parley', ...headers },
      ...(body !== undefined && { body: body as NonNullable<RequestInit['body']> }),
      signal: either,
    })
    if (!response.ok) {
      const text = await response.text().catch(() => '')
      throw new VendorError(
        vendor,
        faultOfStatus(response.status),
        `${shownUrl(url)} answered ${response.status}: ${text}`,
        {
          status: response.status,
          retryAfterMs: retryAfter(response.headers.get('retry-after')),
          secrets,
        },
      )
    }
    return response
  } catch (thrown) {
    if (signal.aborted || thrown instanceof VendorError) throw thrown
    if (late.signal.aborted) {
      throw new VendorError(vendor, 'timeout', `${shownUrl(url)} did not answer for ${headTimeoutMs} ms`)
    }
    throw new VendorError(vendor, 'connect', `${shownUrl(url)}: ${reasonOf(thrown)}`, {
      cause: thrown,
      secrets,
    })
  } finally {
    clearTimeout(timer)
  }
}
