import { isIP } from 'node:net'
import type { SipMessage, SipRequest } from './message.js'
import { SipParseError } from './parse-error.js'
import type { SipPeer } from './transport.js'
import { formatVia, parseVia, withViaParams } from './via.js'

/** What the wires hand up. */
export interface Ingress {
  message(message: SipMessage, peer: SipPeer): void
  /** Not valid; `error.request` is there when it can be answered. */
  malformed(error: SipParseError, peer: SipPeer): void
}

/**
 * Writes into a request's top Via where it really came from: `received` when that is not what sent-by says
 * (RFC 3261 §18.2.1), `rport` when the sender asked for it (RFC 3581 §4). Changes `request.headers`.
 */
export function markOrigin(request: SipRequest, peer: SipPeer): void {
  const [top, ...rest] = request.headers.getAll('Via')
  if (top === undefined) return
  const via = parseVia(top)
  const wantsPort = via.params.has('rport')
  if (!wantsPort && sameAddress(via.host, peer.address)) return
  const marks: Record<string, string> = { received: peer.address }
  if (wantsPort) marks['rport'] = String(peer.port)
  request.headers.set('Via', formatVia(withViaParams(via, marks)), ...rest)
}

/** As `markOrigin`, for a request that did not parse: its Via may be the reason. */
export function markOriginIfPossible(request: SipRequest, peer: SipPeer): void {
  try {
    markOrigin(request, peer)
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
  }
}

/** Whether two texts are the same IP address; spellings of IPv6 compare equal. */
export function sameAddress(one: string, other: string): boolean {
  return one === other || (isIP(one) === 6 && isIP(other) === 6 && canonical(one) === canonical(other))
}

function canonical(address: string): string {
  return new URL(`http://[${address.split('%')[0]}]`).hostname
}
