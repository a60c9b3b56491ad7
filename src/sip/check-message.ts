import { parseCSeq } from './cseq.js'
import { singleHeaders } from './header-names.js'
import type { SipMessage } from './message.js'
import { parseNameAddr } from './name-addr.js'
import { SipParseError } from './parse-error.js'
import { excerpt, parseDecimal } from './tokens.js'
import { checkUri, schemeOf } from './uri.js'
import { parseVia } from './via.js'

const mandatory = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
const scalars: ReadonlyArray<readonly [name: string, max: number]> = [
  ['Max-Forwards', 255],
  ['Expires', 2 ** 32 - 1],
  ['Min-Expires', 2 ** 32 - 1],
]

/**
 * Checks what everything above the parser relies on: mandatory headers present, single ones single, addresses, Via,
 * CSeq and numbers valid. Max-Forwards may be missing (RFC 2543). URI schemes, extensions and bodies are the user's
 * business.
 * @throws SipParseError with the status to answer
 */
export function checkMessage(message: SipMessage): void {
  const { headers } = message
  for (const name of mandatory) {
    if (!headers.get(name)) throw new SipParseError(`${name} is missing`)
  }
  for (const name of singleHeaders) {
    if (headers.getAll(name).length > 1) throw new SipParseError(`${name} stands more than once`)
  }
  const cseq = parseCSeq(headers.get('CSeq') ?? '')
  if (message.kind === 'request') {
    if (cseq.method !== message.method) {
      throw new SipParseError(`CSeq names ${excerpt(cseq.method)}, the start line ${excerpt(message.method)}`)
    }
    checkRequestUri(message.uri)
  }
  for (const via of headers.getAll('Via')) parseVia(via)
  for (const name of ['From', 'To', 'Route', 'Record-Route']) {
    for (const value of headers.getAll(name)) parseNameAddr(value)
  }
  for (const contact of headers.getAll('Contact')) {
    if (contact !== '*') parseNameAddr(contact)
  }
  for (const [name, max] of scalars) {
    const value = headers.get(name)
    if (value !== undefined) parseDecimal(value, max, name)
  }
}

function checkRequestUri(uri: string): void {
  checkUri(uri)
  const scheme = schemeOf(uri)
  if ((scheme === 'sip' || scheme === 'sips') && uri.includes('?') && uri.indexOf('?') > uri.indexOf('@')) {
    throw new SipParseError(`Headers are not allowed in a Request-URI: ${excerpt(uri)}`)
  }
}
