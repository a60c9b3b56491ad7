import { parseCSeq } from '../cseq.js'
import { formatHostPort } from '../host-port.js'
import type { SipMessage, SipRequest } from '../message.js'
import { tagOf } from '../name-addr.js'
import { magicCookie, parseVia } from '../via.js'

/**
 * What a request's server transaction is found by (RFC 3261 §17.2.3): branch, sent-by and method when the branch is
 * RFC 3261's; otherwise the fields of RFC 2543. An ACK has the key of its INVITE.
 * @param method asks for the key of the same request with another method: what a CANCEL cancels
 */
export function serverKey(request: SipRequest, method = request.method): string {
  const kind = method === 'ACK' ? 'INVITE' : method
  const topVia = request.headers.get('Via') ?? ''
  const via = parseVia(topVia)
  const branch = via.params.get('branch') ?? ''
  const sentBy = formatHostPort({ host: via.host.toLowerCase(), port: via.port ?? 5060 })
  if (hasCookie(branch)) return `${branch}|${sentBy}|${kind}`
  // The To tag is left out: that of an ACK comes from the response.
  const { headers } = request
  const cseq = parseCSeq(headers.get('CSeq') ?? '').number
  return [
    '2543',
    request.uri,
    tagOf(headers.get('From')) ?? '',
    headers.get('Call-ID'),
    cseq,
    sentBy,
    branch,
    kind,
  ].join('|')
}

/** What a response's client transaction is found by (§17.1.3): the branch it was sent with, and the method. */
export function clientKey(message: SipMessage): string {
  const branch = parseVia(message.headers.get('Via') ?? '').params.get('branch') ?? ''
  return `${branch}|${parseCSeq(message.headers.get('CSeq') ?? '').method}`
}

/**
 * What tells that a request arrived a second time by another way (§8.2.2.2). Undefined inside a dialog, and for ACK
 * and CANCEL, which are never merged.
 */
export function mergeKey(request: SipRequest): string | undefined {
  const { headers, method } = request
  if (method === 'ACK' || method === 'CANCEL' || tagOf(headers.get('To')) !== undefined) return undefined
  const from = tagOf(headers.get('From'))
  return from === undefined ? undefined : `${from}|${headers.get('Call-ID')}|${headers.get('CSeq')}`
}

/** Whether a branch identifies its transaction. The cookie alone does not (RFC 4475 §3.2.1). */
function hasCookie(branch: string): boolean {
  return branch.length > magicCookie.length && branch.toLowerCase().startsWith(magicCookie.toLowerCase())
}
