import { reasonOf } from '../../base/errors.js'
import { VendorError } from '../vendor-error.js'
import { ask, type HttpRequest } from './http-request.js'

/** A POST whose answer is read as it comes. */
export interface StreamedRequest extends HttpRequest {
  readonly body: string | Uint8Array | FormData
}

export interface StreamedResponse {
  readonly contentType: string
  /** @throws VendorError `dropped` when the connection is lost before the end */
  readonly body: AsyncIterable<Buffer>
}

/** POSTs, and resolves at the head of an answer of 200 to 299. @throws VendorError as `ask` */
export async function postStreamed(request: StreamedRequest): Promise<StreamedResponse> {
  const response = await ask(request)
  return { contentType: response.headers.get('content-type') ?? '', body: pieces(response, request) }
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
