import { formatUri } from '../../sip/index.js'

/** The sip: URI of a user at a host. */
export function uriOf(user: string, host: string): string {
  const none = { password: undefined, port: undefined, params: new Map(), headers: '' }
  return formatUri({ ...none, scheme: 'sip', user, host })
}
