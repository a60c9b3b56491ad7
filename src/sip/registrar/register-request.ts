import type { SipRequest } from '../message.js'
import { type NameAddr, parseNameAddr } from '../name-addr.js'
import { SipParseError } from '../parse-error.js'
import { parseUri } from '../uri.js'

/** A Contact of a REGISTER. */
export interface WantedContact {
  readonly uri: string
  /** 0 takes it away. */
  readonly expiresSeconds: number
  readonly q: number
  readonly device: string
}

/** What a REGISTER asks for: to be told the bindings, to lose them all, or to have these. */
export type Wish =
  | { readonly kind: 'query' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'bind'; readonly contacts: readonly WantedContact[] }

/** Reads a REGISTER (RFC 3261 §10.3, steps 6 and 7). @throws SipParseError when its Contacts make no sense */
export function wishOf({ headers }: SipRequest, defaultExpiresSeconds: number): Wish {
  const contacts = headers.getAll('Contact')
  const expires = headers.get('Expires')
  if (contacts.length === 0) return { kind: 'query' }
  if (contacts.includes('*')) {
    if (contacts.length > 1 || Number(expires) !== 0 || expires === undefined) {
      throw new SipParseError('Contact: * stands alone and with Expires: 0')
    }
    return { kind: 'clear' }
  }
  const fallback = expires === undefined ? defaultExpiresSeconds : Number(expires)
  return { kind: 'bind', contacts: contacts.map((contact) => wanted(parseNameAddr(contact), fallback)) }
}

function wanted({ uri, params }: NameAddr, fallback: number): WantedContact {
  parseUri(uri) // a phone is called by SIP alone
  const expires = params.get('expires') ?? ''
  const q = Number(params.get('q') ?? 1)
  const instance = params.get('+sip.instance')
  return {
    uri,
    expiresSeconds: /^\d{1,10}$/.test(expires) ? Number(expires) : fallback,
    q: q >= 0 && q <= 1 ? q : 1,
    device: instance ? `${instance} ${params.get('reg-id') ?? ''}` : '',
  }
}
