/** A SIP message as text: enough to follow a conversation, and none of the relay's own parser. */
export interface SipText {
  /** ms since the Unix epoch when it came. */
  readonly at: number
  readonly text: string
  /** Method of a request; undefined for a response. */
  readonly method: string | undefined
  /** Status of a response; 0 for a request. */
  readonly status: number
  readonly cseq: { readonly number: number; readonly method: string }
  readonly callId: string
  readonly body: string
}

export function readSip(text: string, at = Date.now()): SipText {
  const end = text.indexOf('\r\n\r\n')
  const [first = ''] = text.split('\r\n', 1)
  const response = /^SIP\/2\.0 (\d{3})/.exec(first)
  const [number, method = ''] = (header(text, 'CSeq') ?? '').split(/\s+/)
  return {
    at,
    text,
    method: response ? undefined : first.split(' ')[0],
    status: Number(response?.[1] ?? 0),
    cseq: { number: Number(number), method },
    callId: header(text, 'Call-ID') ?? '',
    body: end < 0 ? '' : text.slice(end + 4),
  }
}

/** The first value of a header, long names only. */
export function header(text: string, name: string): string | undefined {
  return headers(text, name)[0]
}

export function headers(text: string, name: string): string[] {
  const head = text.split('\r\n\r\n', 1)[0]!
  const prefix = `${name.toLowerCase()}:`
  return head
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim())
}

/** Puts a message together; Content-Length is added. */
export function writeSip(first: string, lines: readonly (string | false | undefined)[], body = ''): string {
  const head = [first, ...lines.filter(Boolean), `Content-Length: ${Buffer.byteLength(body)}`]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
