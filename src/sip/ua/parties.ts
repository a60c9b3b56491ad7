import type { PartyAddress } from '../edge.js'
import type { SipHeaders, SipRequest } from '../message.js'
import { nameAddrOf } from '../name-addr.js'
import { userOf } from '../uri.js'

/** Who calls: From, with the display name of P-Asserted-Identity (RFC 3325) where From has none. */
export function callerOf({ headers }: SipRequest): PartyAddress {
  const from = party(headers.get('From'))
  if (from.displayName) return from
  return { ...from, displayName: party(headers.get('P-Asserted-Identity')).displayName }
}

/** Who is called, as the caller wrote it. */
export function calleeOf({ headers }: SipRequest): PartyAddress {
  return party(headers.get('To'))
}

/**
 * The number that diverted the call here, '' when none did: the most recent entry of Diversion (RFC 5806), the entry
 * before the current target of History-Info (RFC 7044), or the address or number in any other header named.
 */
export function divertedFrom({ headers }: SipRequest, names: readonly string[]): string {
  for (const name of names) {
    const user =
      name.toLowerCase() === 'history-info' ? retargetedFrom(headers) : partyUser(headers.get(name))
    if (user) return user
  }
  return ''
}

function retargetedFrom(headers: SipHeaders): string {
  const entries = headers.getAll('History-Info').map(nameAddrOf)
  const previous = entries.at(-2)
  return previous ? userOf(previous.uri) : ''
}

function partyUser(value: string | undefined): string {
  if (value === undefined) return ''
  return party(value).user || (/^\+?[0-9*#]+$/.exec(value.trim())?.[0] ?? '')
}

function party(value: string | undefined): PartyAddress {
  const { displayName, uri } = nameAddrOf(value ?? '') ?? { displayName: '', uri: '' }
  return { displayName, uri, user: userOf(uri) }
}
