import { SipParseError } from '../parse-error.js'
import { isToken, type Params, quote, splitOutside, unquote } from '../tokens.js'

/**
 * Parses a challenge or credentials: `Digest realm="x", nonce="y", qop=auth`. Undefined for other schemes.
 * @throws SipParseError when it is Digest and not valid
 */
export function parseDigestFields(value: string): Params | undefined {
  const [, rest] = /^Digest[ \t]+(.*)$/is.exec(value.trim()) ?? []
  if (rest === undefined) return undefined
  const fields = new Map<string, string>()
  for (const part of splitOutside(rest, ',')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(0, equals)).trim().toLowerCase()
    if (!isToken(name) || fields.has(name))
      throw new SipParseError(`Digest field is not valid: ${JSON.stringify(name)}`)
    const raw = part.slice(equals + 1).trim()
    fields.set(name, raw.startsWith('"') ? unquote(raw) : raw)
  }
  return fields
}

/** These stand without quotes (RFC 7616 §3.4, §3.3). */
const bare = new Set(['algorithm', 'nc', 'stale'])

/** The inverse of `parseDigestFields`. `qop` is quoted in a challenge and bare in credentials. */
export function formatDigestFields(fields: ReadonlyArray<readonly [name: string, value: string]>): string {
  const credentials = fields.some(([name]) => name === 'response')
  const isBare = (name: string) => bare.has(name) || (name === 'qop' && credentials)
  return `Digest ${fields.map(([name, value]) => `${name}=${isBare(name) ? value : quote(value)}`).join(', ')}`
}
