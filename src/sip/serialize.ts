import type { SipHeaders, SipMessage } from './message.js'

/** Lists of words: one line each, since some phones read no further than the first, and datagrams stay short. */
const oneLineLists = new Set(
  'Accept Accept-Encoding Accept-Language Allow Allow-Events Proxy-Require Require Supported Unsupported'.split(
    ' ',
  ),
)

/** A message as bytes. Content-Length is written from the body, whatever the headers say. */
export function serializeMessage(message: SipMessage): Buffer {
  let head =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`
  for (const [name, value] of joined(message.headers)) {
    if (name !== 'Content-Length') head += `${name}: ${value}\r\n`
  }
  head += `Content-Length: ${message.body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), message.body])
}

/** Values of a list that stand together become one. */
function joined(headers: SipHeaders): [name: string, value: string][] {
  const lines: [name: string, value: string][] = []
  for (const [name, value] of headers.entries()) {
    const last = lines.at(-1)
    if (last?.[0] === name && last[1] && value && oneLineLists.has(name)) last[1] += `, ${value}`
    else lines.push([name, value])
  }
  return lines
}
