import { isIP } from 'node:net'
import { sameAddress } from '../ingress.js'
import type { SipResponse } from '../message.js'
import { SipParseError } from '../parse-error.js'
import type { SipPeer } from '../transport.js'
import { parseVia } from '../via.js'

/**
 * Where a response goes (RFC 3261 §18.2.2, RFC 3581 §4): to the address its request came from, on the request's
 * connection or socket; to the port in `rport`, or else in the top Via. Where sent-by names another IP address than
 * the request's source, a NAT is between and only the source port leads back, so that is taken. `maddr` is ignored:
 * it would let strangers direct responses anywhere.
 * @param peer where the request came from
 */
export function responseTarget(response: SipResponse, peer: SipPeer): SipPeer {
  try {
    const via = parseVia(response.headers.get('Via') ?? '')
    const behindNat = isIP(via.host) > 0 && !sameAddress(via.host, peer.address)
    if (via.params.has('rport') || behindNat) return peer
    return { ...peer, port: via.port ?? (peer.transport === 'tls' ? 5061 : 5060) }
  } catch (error) {
    // An unreadable Via (RFC 4475 §3.1.2.1) leaves only the way it came.
    if (error instanceof SipParseError) return peer
    throw error
  }
}
