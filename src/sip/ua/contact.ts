import type { SipPeer } from '../transport.js'
import { formatUri } from '../uri.js'
import type { UserAgentContext } from './context.js'

/**
 * The value of Contact by which `peer` reaches this end.
 * @param user user part; '' for none
 * @param secure whether the dialog wants a sips: URI (RFC 3261 §12.1.1)
 */
export function contactFor(
  { transport }: Pick<UserAgentContext, 'transport'>,
  peer: SipPeer,
  user: string,
  secure: boolean,
): string {
  const plain = peer.transport === 'udp' || secure
  const uri = formatUri({
    scheme: secure ? 'sips' : 'sip',
    user: user || undefined,
    password: undefined,
    ...transport.localAddress(peer),
    params: new Map(plain ? [] : [['transport', peer.transport]]),
    headers: '',
  })
  return `<${uri}>`
}
