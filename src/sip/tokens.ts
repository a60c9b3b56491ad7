import { SipParseError } from './parse-error.js'

/** Name to value, in order; names in lower case; undefined for a parameter that stands without a value. */
export type Params = ReadonlyMap<string, string | undefined>

const tokenPattern = /^[A-Za-z0-9\-.!%*_+`'~]+$/

/** Whether `text` is a token (RFC 3261 §25.1). */
export function isToken(text: string): boolean {
  return tokenPattern.test(text)
}

/**
 * Cuts `text` at every `separator` that stands outside of quoted strings and angle brackets; trims the parts.
 * A quoted string or bracket left open reaches to the end.
 */
export function splitOutside(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = []
  let start = 0
  for (let at = indexOutside(text, separator, 0); at >= 0; at = indexOutside(text, separator, start)) {
    parts.push(text.slice(start, at).trim())
    start = at + 1
  }
  parts.push(text.slice(start).trim())
  return parts
}

/** Index of the first `wanted` at or after `from`, outside of quoted strings and angle brackets; -1 when none. */
function indexOutside(text: string, wanted: string, from: number): number {
  let inAngles = false
  for (let i = from; i < text.length; i++) {
    const character = text[i]
    if (inAngles) inAngles = character !== '>'
    else if (character === '"') i = endOfQuoted(text, i)
    else if (character === '<') inAngles = true
    else if (character === wanted) return i
  }
  return -1
}

/** Index of the quote that closes the string opening at `open`; the length of `text` when it is left open. */
export function endOfQuoted(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i
  }
  return text.length
}

/**
 * The content of a quoted string, its escapes resolved.
 * @throws SipParseError when it is not one whole quoted string
 */
export function unquote(text: string): string {
  if (text[0] !== '"' || text.length < 2 || endOfQuoted(text, 0) !== text.length - 1) {
    throw new SipParseError(`Quoted string is not closed: ${excerpt(text)}`)
  }
  return text.slice(1, -1).replace(/\\([\s\S])/g, '$1')
}

/** `text` as a quoted string. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/**
 * Parses `a=b;c;d="e"`: the parameters of a header (RFC 3261 `generic-param`), quoted values unquoted. The first of
 * several parameters with one name counts.
 * @throws SipParseError when a name is not a token or a quoted string is left open
 */
export function parseParams(text: string): Params {
  const params = new Map<string, string | undefined>()
  for (const part of splitOutside(text, ';')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase()
    if (!isToken(name)) throw new SipParseError(`Parameter name is not a token: ${excerpt(part)}`)
    const raw = equals < 0 ? undefined : part.slice(equals + 1).trim()
    const value = raw?.startsWith('"') ? unquote(raw) : raw
    if (!params.has(name)) params.set(name, value)
  }
  return params
}

/** The inverse of `parseParams`, with a leading `;` before each; values that need quotes get them. */
export function formatParams(params: Params): string {
  let text = ''
  for (const [name, value] of params) {
    text +=
      value === undefined
        ? `;${name}`
        : `;${name}=${/^[\w\-.!%*+`'~[\]:]+$/.test(value) ? value : quote(value)}`
  }
  return text
}

/**
 * A decimal number of at most `max`.
 * @throws SipParseError otherwise
 */
export function parseDecimal(text: string, max: number, what: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= max)) throw new SipParseError(`${what} is not a number up to ${max}: ${excerpt(text)}`)
  return value
}

/** Enough of a text to recognise it in an error's detail, with control characters made visible. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
