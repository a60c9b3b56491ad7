import { checkMessage } from './check-message.js'
import { HeaderList } from './headers.js'
import type { SipMessage, SipRequest } from './message.js'
import { SipParseError } from './parse-error.js'
import { excerpt, isToken, parseDecimal } from './tokens.js'

/** Limits and circumstances of parsing. */
export interface ParseOptions {
  /**
   * `datagram`: the body ends where the packet ends, at the latest. `stream`: the buffer is exactly one message, as
   * the framer cut it. Default `datagram`.
   */
  readonly framing?: 'datagram' | 'stream'
  /** Bytes of start line and headers together; default 16,384. */
  readonly maxHeadBytes?: number
  /** Header lines; default 200. */
  readonly maxHeaders?: number
}

/** Bytes of start line and headers that are accepted unless told otherwise. */
export const defaultMaxHeadBytes = 16_384
const defaultMaxHeaders = 200

/**
 * Parses one whole message (RFC 3261 §7, §25) and checks what every SIP element relies on: the mandatory headers, once
 * each, with valid values. Line breaks before the start line are skipped (§7.5).
 * @throws SipParseError with the status to answer, and nothing else
 */
export function parseMessage(bytes: Buffer, options: ParseOptions = {}): SipMessage {
  const start = leadingLineBreaks(bytes)
  const end = bytes.indexOf('\r\n\r\n', start)
  if (end < 0) throw new SipParseError('No empty line ends the headers')
  if (end - start > (options.maxHeadBytes ?? defaultMaxHeadBytes))
    throw new SipParseError('Headers are too long', 513)

  const [startLine = '', ...lines] = unfold(bytes.toString('utf8', start, end)).split('\r\n')
  const { message, version } = parseStartLine(startLine)
  try {
    parseHeaders(lines, message.headers as HeaderList, options.maxHeaders ?? defaultMaxHeaders)
    if (version !== '2.0') throw new SipParseError(`SIP version is not 2.0: ${excerpt(version)}`, 505)
    const whole: SipMessage = { ...message, body: bodyOf(message, bytes.subarray(end + 4), options) }
    checkMessage(whole)
    return whole
  } catch (error) {
    if (error instanceof SipParseError) error.request = answerable(message)
    throw error
  }
}

/** How many bytes of CR and LF stand before the message: keep-alives (RFC 5626 §3.5.1), or sloppiness. */
function leadingLineBreaks(bytes: Buffer): number {
  let at = 0
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  return at
}

/** Joins folded lines (§7.3.1): a line break followed by white space reads as one space. */
function unfold(head: string): string {
  return head.replace(/\r\n[ \t]+/g, ' ')
}

/** Extra spaces between the elements and at the end are tolerated (RFC 4475 §3.1.2.9, §3.1.2.10). */
function parseStartLine(line: string): { readonly message: SipMessage; readonly version: string } {
  const headers = new HeaderList()
  const body = Buffer.alloc(0)
  if (hasLoneBreak(line)) throw new SipParseError(`Lone line break in the start line: ${excerpt(line)}`)
  const trimmed = line.trim()
  const first = trimmed.indexOf(' ')
  const last = trimmed.lastIndexOf(' ')
  const opening = trimmed.slice(0, Math.max(0, first))
  const closing = trimmed.slice(last + 1)
  if (isVersion(opening)) {
    const [, code = '', reason = ''] = /^ *(\d{3})(?: (.*))?$/.exec(trimmed.slice(first)) ?? []
    if (!/^[1-6]/.test(code)) throw new SipParseError(`Status line is not valid: ${excerpt(line)}`)
    const message: SipMessage = { kind: 'response', status: Number(code), reason, headers, body }
    return { message, version: opening.slice(4) }
  }
  const uri = trimmed.slice(first, last).trim()
  if (!isToken(opening) || uri === '' || !isVersion(closing)) {
    throw new SipParseError(`Not a SIP start line: ${excerpt(line)}`)
  }
  return { message: { kind: 'request', method: opening, uri, headers, body }, version: closing.slice(4) }
}

function isVersion(text: string): boolean {
  return /^SIP\/[\w.]+$/i.test(text)
}

function parseHeaders(lines: readonly string[], headers: HeaderList, max: number): void {
  if (lines.length > max) throw new SipParseError(`More than ${max} header lines`, 513)
  // All lines are read, whatever is wrong with one of them, so that the refusal can be addressed.
  let broken: SipParseError | undefined
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim()
    if (!isToken(name)) broken ??= new SipParseError(`Not a header line: ${excerpt(line)}`)
    else if (hasLoneBreak(line)) broken ??= new SipParseError(`Lone line break in a line: ${excerpt(line)}`)
    else headers.append(name, line.slice(colon + 1))
  }
  if (broken) throw broken
}

/** A lone CR or LF ends a line for some peers and not for others: it must not travel on in a value. */
function hasLoneBreak(text: string): boolean {
  return /[\r\n]/.test(text)
}

function bodyOf(message: SipMessage, rest: Buffer, options: ParseOptions): Buffer {
  const lengths = message.headers.getAll('Content-Length')
  if (lengths.length > 1) throw new SipParseError('Content-Length stands more than once')
  if (lengths[0] === undefined) return rest
  const length = parseDecimal(lengths[0], 2 ** 31 - 1, 'Content-Length')
  if (length > rest.length)
    throw new SipParseError(`Content-Length is ${length}, the body ${rest.length} bytes`)
  if (options.framing === 'stream' && length < rest.length)
    throw new SipParseError('Bytes follow the message')
  // Octets after the body of a datagram are discarded (§18.3).
  return rest.subarray(0, length)
}

/** The request, when it has what a response must copy (§8.2.6.2). ACK is never answered. */
function answerable(message: SipMessage): SipRequest | undefined {
  if (message.kind === 'response' || message.method === 'ACK') return undefined
  const complete = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].every((name) => message.headers.get(name))
  return complete ? message : undefined
}
