import { formatHostPort, parseHostPort } from './host-port.js'
import { SipParseError } from './parse-error.js'
import { excerpt, type Params } from './tokens.js'

/** A SIP or SIPS URI (RFC 3261 §19.1), escapes resolved in user, password and parameters. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips'
  readonly user: string | undefined
  readonly password: string | undefined
  /** Host name or address, IPv6 without brackets. */
  readonly host: string
  readonly port: number | undefined
  readonly params: Params
  /** What follows the `?`, as written; '' when there is none. */
  readonly headers: string
}

/** The scheme of any URI, in lower case. @throws SipParseError when there is none */
export function schemeOf(uri: string): string {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]
  if (!scheme) throw new SipParseError(`URI has no scheme: ${excerpt(uri)}`)
  return scheme.toLowerCase()
}

/**
 * Checks what holds for a URI of any scheme: it has one, something follows, and there are no spaces, control
 * characters, quotes or angle brackets. SIP URIs are parsed whole.
 * @throws SipParseError
 */
export function checkUri(uri: string): void {
  const scheme = schemeOf(uri)
  if (scheme === 'sip' || scheme === 'sips') parseUri(uri)
  else if (uri.length === scheme.length + 1 || hasForbidden(uri)) {
    throw new SipParseError(`URI is not valid: ${excerpt(uri)}`)
  }
}

/** Parses a SIP or SIPS URI. @throws SipParseError for any other scheme and for what the grammar forbids */
export function parseUri(text: string): SipUri {
  const scheme = schemeOf(text)
  if (scheme !== 'sip' && scheme !== 'sips') throw new SipParseError(`Not a SIP URI: ${excerpt(text)}`, 416)
  if (hasForbidden(text)) throw new SipParseError(`SIP URI has characters to be escaped: ${excerpt(text)}`)
  const rest = text.slice(scheme.length + 1)
  const at = rest.indexOf('@')
  const userinfo = at < 0 ? undefined : rest.slice(0, at)
  const afterUser = rest.slice(at + 1)
  if (userinfo === '' || afterUser.includes('@'))
    throw new SipParseError(`SIP URI is not valid: ${excerpt(text)}`)

  const question = afterUser.indexOf('?')
  const beforeHeaders = question < 0 ? afterUser : afterUser.slice(0, question)
  const [hostPort = '', ...params] = beforeHeaders.split(';')
  const colon = userinfo?.indexOf(':') ?? -1
  return {
    scheme,
    user: userinfo === undefined ? undefined : percentDecode(colon < 0 ? userinfo : userinfo.slice(0, colon)),
    password: userinfo === undefined || colon < 0 ? undefined : percentDecode(userinfo.slice(colon + 1)),
    ...parseHostPort(hostPort),
    params: uriParams(params),
    headers: question < 0 ? '' : afterUser.slice(question + 1),
  }
}

/** The inverse of `parseUri`: escapes what must be escaped. */
export function formatUri(uri: SipUri): string {
  let userinfo = ''
  if (uri.user !== undefined) {
    const password =
      uri.password === undefined ? '' : `:${percentEncode(uri.password, /[^\w\-.!~*'()&=+$,]/g)}`
    userinfo = `${percentEncode(uri.user, /[^\w\-.!~*'()&=+$,;?/]/g)}${password}@`
  }
  let params = ''
  for (const [name, value] of uri.params) {
    params += `;${escapeParam(name)}${value === undefined ? '' : `=${escapeParam(value)}`}`
  }
  return `${uri.scheme}:${userinfo}${formatHostPort(uri)}${params}${uri.headers && `?${uri.headers}`}`
}

/**
 * The user part of a SIP, SIPS or tel URI, its escapes resolved: the number or name dialled. '' when there is none
 * or the URI is not valid.
 */
export function userOf(uri: string): string {
  try {
    const scheme = schemeOf(uri)
    if (scheme === 'tel') return percentDecode(uri.slice(4).split(';')[0] ?? '')
    return parseUri(uri).user?.split(';')[0] ?? ''
  } catch (error) {
    if (error instanceof SipParseError) return ''
    throw error
  }
}

function uriParams(parts: readonly string[]): Params {
  const params = new Map<string, string | undefined>()
  for (const part of parts) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = percentDecode(equals < 0 ? part : part.slice(0, equals)).toLowerCase()
    if (!params.has(name)) params.set(name, equals < 0 ? undefined : percentDecode(part.slice(equals + 1)))
  }
  return params
}

function hasForbidden(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is forbidden
  return /[\x00-\x20\x7f<>"]/.test(text)
}

/** Resolves `%HH` as UTF-8. */
function percentDecode(text: string): string {
  if (!text.includes('%')) return text
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw new SipParseError(`Bad escape in a URI: ${excerpt(text)}`)
  const bytes = Buffer.from(text)
    .toString('latin1')
    .replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function percentEncode(text: string, forbidden: RegExp): string {
  return text.replace(new RegExp(forbidden.source, 'gu'), (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
}

function escapeParam(text: string): string {
  return percentEncode(text, /[^\w\-.!~*'()[\]/:&+$]/g)
}
