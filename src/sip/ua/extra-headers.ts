import type { HeaderFields } from '../build.js'
import type { HeaderLines } from '../call.js'
import { canonicalName } from '../header-names.js'
import { isToken } from '../tokens.js'

/** What a message is routed and told apart by, and what describes its body: written by this end alone. */
const ownBusiness = new Set(
  [
    'via from to call-id cseq max-forwards contact route record-route content-length content-type',
    'content-encoding allow supported require proxy-require session-expires min-se rseq rack',
    'authorization proxy-authorization',
  ]
    .join(' ')
    .split(' '),
)

/** `lines` as fields of a message, without those that are this end's own business or have no valid name. */
export function extraHeaders(lines: HeaderLines = []): HeaderFields {
  const fields: Record<string, string[]> = {}
  for (const [given, value] of lines) {
    const name = canonicalName(given)
    if (!isToken(name) || ownBusiness.has(name.toLowerCase())) continue
    const values = fields[name] ?? []
    values.push(value)
    fields[name] = values
  }
  return fields
}
