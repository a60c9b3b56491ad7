import { messageOf } from '../../base/errors.js'
import { faultOfStatus, retryAfter, VendorError } from '../vendor-error.js'
import { shownUrl } from './urls.js'

/** An HTTP request whose answer is read as it comes. */
export interface StreamedRequest {
  /** Vendor's name, for messages. */
  readonly vendor: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | FormData
  /** ms until the answer's head must be there. */
  readonly headTimeoutMs: number
  readonly signal: AbortSignal
  /** Left out of messages. */
  readonly secrets?: readonly string[] | undefined
}

export interface StreamedResponse {
  readonly contentType: string
  /** @throws VendorError `dropped` when the connection is lost before the end */
  readonly body: AsyncIterable<Buffer>
}

/**
 * POSTs, and resolves at the head of an answer of 200 to 299.
 * @throws VendorError for other answers, with status and body, and where there is none; what `signal` aborts ends in
 * the signal's own reason
 */
export async function postStreamed(request: StreamedRequest): Promise<StreamedResponse> {
  const { vendor, url, headers, body, headTimeoutMs, signal, secrets } = request
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), headTimeoutMs)
  const either = AbortSignal.any([signal, late.signal])
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'user-agent': 'Parley', ...headers },
      body: body as NonNullable<RequestInit['body']>,
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
    return { contentType: response.headers.get('content-type') ?? '', body: pieces(response, request) }
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

async function* pieces(
  response: Response,
  { vendor, signal, secrets }: StreamedRequest,
): AsyncGenerator<Buffer> {
  if (!response.body) return
  try {
    for await (const piece of response.body as AsyncIterable<Uint8Array>) {
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown
    throw new VendorError(vendor, 'dropped', `the answer broke off: ${reasonOf(thrown)}`, {
      cause: thrown,
      secrets,
    })
  }
}

/** `fetch` hides what happened in `cause`. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  return messageOf(cause instanceof Error && cause.message ? cause : thrown)
}
