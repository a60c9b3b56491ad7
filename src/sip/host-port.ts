import { isIPv6 } from 'node:net'
import { SipParseError } from './parse-error.js'
import { excerpt, parseDecimal } from './tokens.js'

/** A host without IPv6 brackets, and a port where one is given. */
export interface HostPort {
  readonly host: string
  readonly port: number | undefined
}

/**
 * Parses `host`, `host:port`, `[IPv6]` and `[IPv6]:port`; spaces around the colon are tolerated, as in a Via.
 * @throws SipParseError when the host or the port is not valid
 */
export function parseHostPort(text: string): HostPort {
  const close = text.startsWith('[') ? text.indexOf(']') : -1
  const colon = text.indexOf(':', close + 1)
  const name = (colon < 0 ? text : text.slice(0, colon)).trim()
  const host = close > 0 ? name.slice(1, -1) : name
  const valid = close > 0 ? name.endsWith(']') && isIPv6(host) : /^[A-Za-z0-9_.-]+$/.test(host)
  if (!valid) throw new SipParseError(`Host is not valid: ${excerpt(text)}`)
  if (colon < 0) return { host, port: undefined }
  return { host, port: parseDecimal(text.slice(colon + 1).trim(), 65_535, 'Port') }
}

/** The inverse of `parseHostPort`. */
export function formatHostPort({ host, port }: HostPort): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === undefined ? name : `${name}:${port}`
}
