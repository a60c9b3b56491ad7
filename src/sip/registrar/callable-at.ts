import { parseNameAddr } from '../name-addr.js'
import type { SipPeer } from '../transport.js'
import { nextHop } from '../ua/next-hop.js'

/**
 * Where calls to a contact go. By UDP to where the phone registered from, since that is what a NAT lets through and
 * phones listen where they send from. By TCP and TLS on the connection that it opened; once that is gone, to the contact.
 * @param path first proxy on the way to it (RFC 3327); the REGISTER came from there
 */
export function callableAt(contact: string, path: string | undefined, source: SipPeer): SipPeer {
  if (path !== undefined) return nextHop(parseNameAddr(path).uri, source, 'auto')
  return source.transport === 'udp' ? source : nextHop(contact, source, 'auto')
}
