import type { Clock, Timer } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import type { Log } from '../base/log.js'
import type { Config } from '../config/index.js'
import type { ResolveHop } from '../sip/index.js'

/** ms after which the trunks' addresses are looked up again. */
const LOOKUP_MS = 300_000

/** Where the trunks call from: their addresses, as the DNS has them. Calls from there are let in. */
export class TrunkPeers {
  private readonly hops: readonly string[]
  private readonly known = new Map<string, readonly string[]>()
  private timer: Timer | undefined
  private closed = false

  constructor(
    trunks: Config['trunks'],
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    const incoming = trunks.filter((trunk) => trunk.incoming)
    this.hops = incoming.flatMap(({ addresses, transport }) =>
      addresses.map((address) => `sip:${address};transport=${transport}`),
    )
  }

  readonly has = (address: string): boolean => {
    for (const addresses of this.known.values()) if (addresses.includes(address)) return true
    return false
  }

  /** Looks them up, now and from time to time. Resolves when each has been looked up once. */
  async watch(resolve: ResolveHop): Promise<void> {
    await Promise.all(this.hops.map((hop) => this.lookUp(hop, resolve)))
    if (this.hops.length > 0 && !this.closed)
      this.timer = this.clock.after(LOOKUP_MS, () => void this.watch(resolve))
  }

  close(): void {
    this.closed = true
    this.timer?.cancel()
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
