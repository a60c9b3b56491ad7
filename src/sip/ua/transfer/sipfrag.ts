import type { SipMessage } from '../../message.js'
import { reasonPhrase } from '../../reason-phrases.js'
import { mediaType } from '../body.js'

/** What a NOTIFY of a transfer carries (RFC 3420, RFC 3515 §2.4.5). */
export const sipfragType = 'message/sipfrag;version=2.0'

/** The status line of a response, as a fragment. */
export function sipfrag(status: number): string {
  return `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`
}

/** The status that a fragment tells; undefined when there is none. */
export function sipfragStatus({ headers, body }: SipMessage): number | undefined {
  if (mediaType(headers.get('Content-Type') ?? '') !== 'message/sipfrag') return undefined
  const status = /^\s*SIP\/2\.0[ \t]+([1-6]\d\d)(?!\d)/i.exec(body.toString('latin1'))?.[1]
  return status === undefined ? undefined : Number(status)
}
