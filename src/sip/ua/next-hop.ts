import { isIP } from 'node:net'
import { loopback } from '../address-list.js'
import { sameAddress } from '../ingress.js'
import { SipParseError } from '../parse-error.js'
import type { SipPeer, TransportName } from '../transport.js'
import { parseUri, type SipUri } from '../uri.js'
import { isPrivate, isUnspecified } from './addresses.js'

/**
 * Where requests inside a dialog go. `contact`: where the remote target or the first route says. `source`: where the
 * peer's last request came from. `auto`: the contact, unless NAT has made it unreachable.
 */
export type ContactPolicy = 'auto' | 'contact' | 'source'

/**
 * The next hop for a request to `uri` (RFC 3261 §8.1.2). Host names are not looked up: the peer that uses one has
 * just been heard from `source`.
 * @param source where the peer's last request came from; its connection is reused where the transport is the same
 */
export function nextHop(uri: string, source: SipPeer, policy: ContactPolicy): SipPeer {
  if (policy === 'source') return source
  const target = sipUri(uri)
  const address = target?.params.get('maddr') ?? target?.host ?? ''
  if (!target || isIP(address) === 0) return source
  const transport = transportOf(target, source)
  // A transport other than the one in use may not even be listened on.
  if (transport !== source.transport) return source
  if (policy === 'auto' && isBehindNat(address, source.address)) return source
  const port = target.port ?? (transport === 'tls' ? 5061 : 5060)
  return { ...source, address, port }
}

/**
 * Whether a contact is out of reach while its owner is not: a private one of a peer that comes from a public address,
 * or one that means "this machine" on another.
 */
function isBehindNat(contact: string, source: string): boolean {
  if (sameAddress(contact, source)) return false
  if (isUnspecified(contact)) return true
  if (loopback.has(contact)) return !loopback.has(source)
  return isPrivate(contact) && !isPrivate(source) && !loopback.has(source)
}

function transportOf(uri: SipUri, source: SipPeer): TransportName {
  if (uri.scheme === 'sips') return 'tls'
  const named = uri.params.get('transport')?.toLowerCase()
  return named === 'udp' || named === 'tcp' || named === 'tls' ? named : source.transport
}

function sipUri(text: string): SipUri | undefined {
  try {
    return parseUri(text)
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}
