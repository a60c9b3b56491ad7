/** Parts of an offer that tests vary. */
export interface OfferParts {
  connection?: string
  session?: string[]
  port?: number
  protocol?: string
  formats?: string
  attributes?: string[]
}

/** A plain audio offer: G.711 µ-law from 192.0.2.1:4000, varied by `parts`. */
export function offerOf(parts: OfferParts = {}): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.1',
    's=-',
    `c=${parts.connection ?? 'IN IP4 192.0.2.1'}`,
    't=0 0',
    ...(parts.session ?? []),
    `m=audio ${parts.port ?? 4000} ${parts.protocol ?? 'RTP/AVP'} ${parts.formats ?? '0'}`,
    ...(parts.attributes ?? []).map((attribute) => `a=${attribute}`),
  ]
  return `${lines.join('\r\n')}\r\n`
}
