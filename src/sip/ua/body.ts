import type { SipMessage } from '../message.js'

/** The body of a message as far as offer and answer care. */
export type SdpBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'sdp'; readonly sdp: string }
  /** Something that must be understood and is not: 415. */
  | { readonly kind: 'unsupported' }

const none: SdpBody = { kind: 'none' }
const unsupported: SdpBody = { kind: 'unsupported' }

/**
 * Finds the session description in a body: alone, or as a part of `multipart/mixed` and its kin (RFC 5621), as trunks
 * send it next to ISUP or a location. Bodies marked `handling=optional` may be ignored (RFC 3261 §20.11).
 */
export function sdpBody({ headers, body }: SipMessage): SdpBody {
  if (body.length === 0) return none
  if (/[^\s]/.test(headers.get('Content-Encoding') ?? '') && !isIdentity(headers.get('Content-Encoding'))) {
    return unsupported
  }
  const type = headers.get('Content-Type') ?? 'application/sdp'
  const media = mediaType(type)
  if (media === 'application/sdp') return { kind: 'sdp', sdp: body.toString('utf8') }
  if (media.startsWith('multipart/')) return multipartSdp(type, body.toString('utf8'))
  return /handling\s*=\s*"?optional/i.test(headers.get('Content-Disposition') ?? '') ? none : unsupported
}

/** `type/subtype` of a Content-Type, in lower case. */
export function mediaType(contentType: string): string {
  return contentType.split(';')[0]!.trim().toLowerCase()
}

function isIdentity(encoding: string | undefined): boolean {
  return encoding?.trim().toLowerCase() === 'identity'
}

function multipartSdp(contentType: string, body: string): SdpBody {
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  if (!boundary) return unsupported
  const parts = `\r\n${body}`.split(`\r\n--${boundary[1] ?? boundary[2]}`).slice(1)
  for (const part of parts) {
    const [head = '', ...content] = part.replace(/^[ \t]*\r\n/, '').split('\r\n\r\n')
    if (/^content-type:\s*application\/sdp\b/im.test(head)) {
      return { kind: 'sdp', sdp: `${content.join('\r\n\r\n')}\r\n` }
    }
  }
  return none
}
