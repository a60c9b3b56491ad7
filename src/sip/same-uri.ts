import { SipParseError } from './parse-error.js'
import { parseUri, type SipUri } from './uri.js'

/** Parameters that tell addresses apart even where only one of them has any. */
const telling = ['user', 'ttl', 'method', 'maddr', 'transport']

/** Whether two URIs are the same by RFC 3261 §19.1.4; other schemes than sip: and sips: compare as texts. */
export function sameUri(one: string, other: string): boolean {
  if (one === other) return true
  try {
    return sameParts(parseUri(one), parseUri(other))
  } catch (error) {
    if (error instanceof SipParseError) return false
    throw error
  }
}

function sameParts(one: SipUri, other: SipUri): boolean {
  return (
    one.scheme === other.scheme &&
    one.user === other.user &&
    one.password === other.password &&
    one.host.toLowerCase() === other.host.toLowerCase() &&
    one.port === other.port &&
    one.headers === other.headers &&
    telling.every((name) => one.params.has(name) === other.params.has(name)) &&
    [...one.params].every(
      ([name, value]) => !other.params.has(name) || sameText(value, other.params.get(name)),
    )
  )
}

function sameText(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase()
}
