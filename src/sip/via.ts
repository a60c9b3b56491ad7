import { formatHostPort, parseHostPort } from './host-port.js'
import { SipParseError } from './parse-error.js'
import { excerpt, formatParams, isToken, type Params, parseParams } from './tokens.js'

/** What RFC 3261 branches start with; others come from RFC 2543 and do not identify a transaction. */
export const magicCookie = 'z9hG4bK'

/** One Via value (RFC 3261 §20.42). */
export interface Via {
  /** `SIP/2.0`. */
  readonly protocol: string
  /** Upper case: UDP, TCP, TLS … */
  readonly transport: string
  readonly host: string
  readonly port: number | undefined
  readonly params: Params
}

/** Parses one Via value, with spaces wherever the grammar lets them be. @throws SipParseError */
export function parseVia(text: string): Via {
  const semicolon = text.indexOf(';')
  const head = (semicolon < 0 ? text : text.slice(0, semicolon)).trim()
  const [name = '', version = '', rest = '', ...more] = head.split('/').map((part) => part.trim())
  const space = rest.search(/\s/)
  const transport = rest.slice(0, space)
  if (more.length || space < 0 || ![name, version, transport].every(isToken)) {
    throw new SipParseError(`Via is not valid: ${excerpt(text)}`)
  }
  return {
    protocol: `${name.toUpperCase()}/${version}`,
    transport: transport.toUpperCase(),
    ...parseHostPort(rest.slice(space).trim()),
    params: parseParams(semicolon < 0 ? '' : text.slice(semicolon)),
  }
}

/** The inverse of `parseVia`. */
export function formatVia(via: Via): string {
  return `${via.protocol}/${via.transport} ${formatHostPort(via)}${formatParams(via.params)}`
}

/** A copy of `via` with these parameters added or replaced. */
export function withViaParams(via: Via, params: Readonly<Record<string, string | undefined>>): Via {
  return { ...via, params: new Map([...via.params, ...Object.entries(params)]) }
}
