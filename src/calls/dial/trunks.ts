import type { SdpCodecName } from '../../sip/index.js'
import type { NumberFormat } from './numbers.js'

/** A way into the telephone network: a carrier, a gateway, a PBX. */
export interface Trunk extends NumberFormat {
  readonly name: string
  /** Hosts with or without port, tried in order. */
  readonly addresses: readonly string[]
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** What answers its digest challenges. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  /** Host in the URIs of a call: the trunk's domain. */
  readonly domain: string
  /** Number or sip: URI that every call shows in place of its own. */
  readonly callerId?: string | undefined
  readonly codecs?: readonly SdpCodecName[] | undefined
  /** Beginnings of the numbers it takes; '' takes all. */
  readonly prefixes: readonly string[]
  readonly encryption: 'none' | 'srtp'
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
}

/** The trunks that take the number, that with its longest prefix first; among equals in their order. */
export function trunksFor(number: string, trunks: readonly Trunk[]): readonly Trunk[] {
  const lengthOf = ({ prefixes }: Trunk): number =>
    Math.max(-1, ...prefixes.filter((prefix) => number.startsWith(prefix)).map(({ length }) => length))
  return trunks.filter((trunk) => lengthOf(trunk) >= 0).sort((a, b) => lengthOf(b) - lengthOf(a))
}
