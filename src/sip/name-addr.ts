import { SipParseError } from './parse-error.js'
import { endOfQuoted, excerpt, formatParams, type Params, parseParams, quote, unquote } from './tokens.js'
import { checkUri } from './uri.js'

/** The value of From, To, Contact, Route and their kin: `"Alice" <sip:alice@example.com>;tag=1`. */
export interface NameAddr {
  /** Without quotes; '' when there is none. */
  readonly displayName: string
  readonly uri: string
  /** Parameters of the header, not those of the URI. */
  readonly params: Params
}

/**
 * Parses one `name-addr` or `addr-spec` with its parameters. Without angle brackets everything after the first `;`
 * belongs to the header (RFC 3261 §20.10). Display names are taken as they are, even with characters that are not
 * tokens (RFC 4475 §3.1.2.15).
 * @throws SipParseError when quotes or brackets do not match, or the URI is not valid
 */
export function parseNameAddr(text: string): NameAddr {
  const value = text.trim()
  const nameEnd = value.startsWith('"') ? endOfQuoted(value, 0) + 1 : 0
  const open = value.indexOf('<', nameEnd)
  const semicolon = value.indexOf(';', nameEnd)
  if (open < 0 || (semicolon >= 0 && semicolon < open && nameEnd === 0))
    return parseAddrSpec(value, semicolon)

  const close = value.indexOf('>', open)
  if (close < 0) throw new SipParseError(`Angle bracket is not closed: ${excerpt(value)}`)
  const name = value.slice(0, open).trim()
  const uri = value.slice(open + 1, close).trim()
  checkUri(uri)
  const tail = value.slice(close + 1).trim()
  if (tail !== '' && !tail.startsWith(';')) {
    throw new SipParseError(`Only parameters may follow the angle brackets: ${excerpt(value)}`)
  }
  return { displayName: nameEnd ? unquote(name) : name, uri, params: parseParams(tail) }
}

/** As `parseNameAddr`; undefined when it is not valid. */
export function nameAddrOf(text: string): NameAddr | undefined {
  try {
    return parseNameAddr(text)
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}

/** The inverse of `parseNameAddr`; always with angle brackets. */
export function formatNameAddr({ displayName, uri, params }: NameAddr): string {
  return `${displayName && `${quote(displayName)} `}<${uri}>${formatParams(params)}`
}

/** The `tag` of a From or To value; undefined when it has none or is not valid. */
export function tagOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : nameAddrOf(value)?.params.get('tag')
}

function parseAddrSpec(value: string, semicolon: number): NameAddr {
  const uri = (semicolon < 0 ? value : value.slice(0, semicolon)).trim()
  if (/[?,]/.test(uri)) throw new SipParseError(`URI needs angle brackets: ${excerpt(value)}`)
  checkUri(uri)
  return { displayName: '', uri, params: parseParams(semicolon < 0 ? '' : value.slice(semicolon)) }
}
