import type { SipRequest, SipResponse } from '../../message.js'
import { nameAddrOf } from '../../name-addr.js'
import { sameUri } from '../../same-uri.js'

/** Seconds granted to our contact: its own `expires`, else the Expires of the response (RFC 3261 §10.2.4). */
export function grantedSeconds({ headers }: SipResponse, request: SipRequest): number | undefined {
  const own = nameAddrOf(request.headers.get('Contact') ?? '')?.uri ?? ''
  for (const value of headers.getAll('Contact')) {
    const contact = nameAddrOf(value)
    const seconds = Number(contact?.params.get('expires'))
    if (contact && sameUri(contact.uri, own) && Number.isInteger(seconds) && seconds > 0) return seconds
  }
  const seconds = Number(headers.get('Expires') ?? Number.NaN)
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined
}
