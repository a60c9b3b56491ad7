import { parseUri } from '../../sip/index.js'
import { isAllowedHost } from './allowed-hosts.js'
import type { DialTarget } from './target.js'

/**
 * Which redirections (3xx) of a call may be followed: those to hosts that calls may go to directly, and back to where
 * the call was sent anyway.
 */
export function redirections(target: DialTarget, allowDirect: readonly string[]): (uri: string) => boolean {
  const own = target.branches.flatMap(({ uri, hops }) => [uri, ...hops]).map((uri) => parseUri(uri).host)
  return (uri) => isAllowedHost(parseUri(uri).host, [...allowDirect, ...own])
}
