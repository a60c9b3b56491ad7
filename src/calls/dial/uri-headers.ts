import type { HeaderLines } from '../call-control.js'

/** What a URI may not say about a request (RFC 3261 §19.1.5): how it is routed, told apart, and what it carries. */
const ownBusiness = new Set(
  [
    'accept accept-encoding accept-language allow authorization body call-id contact content-disposition',
    'content-encoding content-language content-length content-type cseq from max-forwards min-se',
    'proxy-authorization record-route require route rseq session-expires supported to user-agent via',
  ]
    .join(' ')
    .split(' '),
)

/** Header lines that a SIP URI asks for: `sip:a@b?X-Account=42&Replaces=…`. @param text what follows the `?` */
export function headersOfUri(text: string): HeaderLines {
  return text.split('&').flatMap((field) => {
    const equals = field.indexOf('=')
    const name = decoded(equals < 0 ? field : field.slice(0, equals))
    const value = decoded(equals < 0 ? '' : field.slice(equals + 1))
    if (!/^[\w.!%*+`'~-]+$/.test(name) || /[\r\n]/.test(value)) return []
    return ownBusiness.has(name.toLowerCase()) ? [] : [[name, value] as const]
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
