import { parseUri, replacesOfUri } from '../sip/index.js'

/** The call that a URI of Refer-To is to replace (RFC 3891 §7.1), as the value of Replaces; undefined for none. */
export function replacedIn(target: string): string | undefined {
  try {
    return replacesOfUri(parseUri(target).headers)
  } catch {
    return undefined
  }
}
