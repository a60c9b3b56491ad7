import { SipParseError } from './parse-error.js'
import { excerpt, isToken, parseDecimal } from './tokens.js'

/** A CSeq value. */
export interface CSeq {
  readonly number: number
  readonly method: string
}

/** Parses a CSeq; numbers go up to 2^31 - 1 (RFC 3261 §8.1.1.5). @throws SipParseError */
export function parseCSeq(text: string): CSeq {
  const [number = '', method = '', ...more] = text.trim().split(/\s+/)
  if (more.length || !isToken(method)) throw new SipParseError(`CSeq is not valid: ${excerpt(text)}`)
  return { number: parseDecimal(number, 2 ** 31 - 1, 'CSeq'), method }
}
