import type { SipMessage } from './message.js'

/** A message as bytes. Content-Length is written from the body, whatever the headers say. */
export function serializeMessage(message: SipMessage): Buffer {
  let head =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`
  for (const [name, value] of message.headers.entries()) {
    if (name !== 'Content-Length') head += `${name}: ${value}\r\n`
  }
  head += `Content-Length: ${message.body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), message.body])
}
