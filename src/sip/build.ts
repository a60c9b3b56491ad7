import { HeaderList } from './headers.js'
import type { SipHeaders, SipRequest, SipResponse } from './message.js'
import { tagOf } from './name-addr.js'
import { reasonPhrase } from './reason-phrases.js'

/** Headers to add, each with one value or several; undefined: not that one. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>

/** What goes into a response beside what is copied from its request. */
export interface ResponseParts {
  /** Tag of this end, added to To unless it has one or the status is 100. */
  readonly toTag?: string
  readonly headers?: HeaderFields
  readonly body?: Buffer | string
}

/**
 * A response to `request` (RFC 3261 §8.2.6.2): Via, From, To, Call-ID and CSeq are copied, Timestamp too in a 100,
 * Record-Route where the response may make a dialog (§12.1.1).
 * @param reason the customary phrase when absent
 */
export function createResponse(
  request: SipRequest,
  status: number,
  reason = reasonPhrase(status),
  parts: ResponseParts = {},
): SipResponse {
  const headers = new HeaderList()
  headers.set('Via', ...request.headers.getAll('Via'))
  if (status > 100 && status < 300) headers.set('Record-Route', ...request.headers.getAll('Record-Route'))
  for (const name of ['From', 'To', 'Call-ID', 'CSeq', ...(status === 100 ? ['Timestamp'] : [])]) {
    const value = request.headers.get(name)
    if (value !== undefined) headers.set(name, value)
  }
  const to = headers.get('To') ?? ''
  if (parts.toTag && status > 100 && tagOf(to) === undefined) headers.set('To', `${to};tag=${parts.toTag}`)
  addFields(headers, parts.headers)
  return { kind: 'response', status, reason: oneLine(reason), headers, body: bytesOf(parts.body) }
}

/** A reason phrase may quote the peer: nothing in it may begin another line. */
function oneLine(reason: string): string {
  return reason.replace(/[\r\n]+/g, ' ').slice(0, 200)
}

/** What makes a request; the transaction layer adds the Via. */
export interface RequestParts {
  /** Whole value of From, with its tag. */
  readonly from: string
  /** Whole value of To, with a tag inside a dialog. */
  readonly to: string
  readonly callId: string
  readonly cseq: number
  /** Route set, top first. */
  readonly routes?: readonly string[]
  readonly headers?: HeaderFields
  readonly body?: Buffer | string
}

/** A request with the mandatory headers (RFC 3261 §8.1.1) but for Via. */
export function createRequest(method: string, uri: string, parts: RequestParts): SipRequest {
  const headers = new HeaderList([
    ['Max-Forwards', '70'],
    ['From', parts.from],
    ['To', parts.to],
    ['Call-ID', parts.callId],
    ['CSeq', `${parts.cseq} ${method}`],
  ])
  headers.set('Route', ...(parts.routes ?? []))
  addFields(headers, parts.headers)
  return { kind: 'request', method, uri, headers, body: bytesOf(parts.body) }
}

/** Sets each field that is not undefined. */
export function addFields(headers: SipHeaders, fields: HeaderFields = {}): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) headers.set(name, ...(typeof value === 'string' ? [value] : value))
  }
}

function bytesOf(body: Buffer | string = ''): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : body
}
