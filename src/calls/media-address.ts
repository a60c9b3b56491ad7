import { isIPv6 } from 'node:net'
import {
  type InterfaceAddress,
  isWildcard,
  localAddressTowards,
  machineAddresses,
  sharesFamily,
} from '../base/local-address.js'
import type { MediaAddress } from './line/line.js'

/** What a node's media binds to. */
export interface MediaHosts {
  /** An address, or one of each family. */
  readonly mediaHosts: readonly string[]
  /** What SDP names in their place, for peers of its family. */
  readonly publicAddress?: string | undefined
}

/**
 * Where the media of a call binds, and what its SDP says, by the address of the peer.
 * @param machine the addresses of this machine, as they are now
 */
export function mediaAddressOf(
  { mediaHosts, publicAddress }: MediaHosts,
  machine: () => readonly InterfaceAddress[] = machineAddresses,
): MediaAddress {
  return (peer) => {
    const host = mediaHosts.find((one) => sharesFamily(one, peer)) ?? mediaHosts[0]!
    // Bound to all, it follows the peer: calls may come over both families.
    const bind = !isWildcard(host) ? host : isIPv6(peer) ? '::' : '0.0.0.0'
    if (publicAddress !== undefined && sharesFamily(publicAddress, peer)) {
      return { bind, advertise: publicAddress }
    }
    return { bind, advertise: isWildcard(bind) ? localAddressTowards(peer, machine()) : bind }
  }
}
