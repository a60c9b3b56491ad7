import type { Clock, Timer } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import type { Log } from '../base/log.js'
import type { Config } from '../config/index.js'
import type { DigestCredentials, ResolveHop, SipPeer } from '../sip/index.js'

/** ms after which the trunks' addresses are looked up again. */
const LOOKUP_MS = 300_000

type Trunk = Config['trunks'][number]

/**
 * Where the trunks call from: their addresses, as the DNS has them. Calls from there are let in, and challenges inside of
 * them answered with the trunk's password.
 */
export class TrunkPeers {
  private readonly hops: ReadonlyMap<string, readonly Trunk[]>
  private readonly known = new Map<string, readonly string[]>()
  private timer: Timer | undefined
  private closed = false

  constructor(
    trunks: Config['trunks'],
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    const hops = new Map<string, Trunk[]>()
    for (const trunk of trunks.filter(({ incoming, credentials }) => incoming || credentials)) {
      for (const address of trunk.addresses) {
        const hop = `sip:${address};transport=${trunk.transport}`
        hops.set(hop, [...(hops.get(hop) ?? []), trunk])
      }
    }
    this.hops = hops
  }

  /** Whether calls from an address are let in. */
  readonly has = (address: string): boolean => this.trunksAt(address).some(({ incoming }) => incoming)

  /** Of several trunks at an address the one whose domain the realm is, else the first. */
  readonly credentials = (
    realm: string,
    { address }: Pick<SipPeer, 'address'>,
  ): DigestCredentials | undefined => {
    const trunks = this.trunksAt(address).filter(({ credentials }) => credentials)
    return (trunks.find(({ domain }) => domain === realm) ?? trunks[0])?.credentials
  }

  /** Looks them up, now and from time to time. Resolves when each has been looked up once. */
  async watch(resolve: ResolveHop): Promise<void> {
    await Promise.all([...this.hops.keys()].map((hop) => this.lookUp(hop, resolve)))
    if (this.hops.size > 0 && !this.closed)
      this.timer = this.clock.after(LOOKUP_MS, () => void this.watch(resolve))
  }

  close(): void {
    this.closed = true
    this.timer?.cancel()
  }

  private trunksAt(address: string): readonly Trunk[] {
    return [...this.hops].flatMap(([hop, trunks]) => (this.known.get(hop)?.includes(address) ? trunks : []))
  }

  /** What was known before stays where the DNS does not answer. */
  private async lookUp(hop: string, resolve: ResolveHop): Promise<void> {
    try {
      this.known.set(hop, [...new Set((await resolve(hop)).map(({ address }) => address))])
    } catch (thrown) {
      this.log.warn({ hop, detail: messageOf(thrown) }, 'a trunk cannot be found in the DNS')
    }
  }
}
