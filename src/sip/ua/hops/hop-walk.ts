import { messageOf } from '../../../base/errors.js'
import type { ResolveHop } from '../../resolve/resolver.js'
import type { SipPeer } from '../../transport.js'
import type { HopHealth } from './hop-health.js'

/** Where a request can be sent. */
export interface Hop {
  readonly peer: SipPeer
  /** Value of Route: the hop is a proxy that wants to stand in the route (`lr`, RFC 3261 §8.1.2). */
  readonly route: string | undefined
}

/** Finds next hops. */
export interface HopFinder {
  readonly resolve: ResolveHop
  readonly health: HopHealth
}

/** ms in which a hop has to say anything at all, while another one is left (RFC 3263 §4.3 leaves it to us). */
export const hopPatienceMs = 4_000

/** Next hops one after the other, each looked up when its turn comes; those that have just failed come last. */
export class HopWalk {
  /** Why the last URI led nowhere. */
  detail = 'Nowhere to send it'
  private readonly uris: string[]
  private readonly found: Hop[] = []
  private readonly resting: Hop[] = []

  /** @param uris sip: or sips: URIs, in order */
  constructor(
    private readonly finder: HopFinder,
    uris: readonly string[],
  ) {
    this.uris = [...uris]
  }

  /** Whether another hop may be left. */
  get more(): boolean {
    return this.uris.length + this.found.length + this.resting.length > 0
  }

  /** Never rejects. @returns undefined when none is left */
  async next(): Promise<Hop | undefined> {
    while (this.found.length === 0) {
      const uri = this.uris.shift()
      if (uri === undefined) return this.resting.shift()
      await this.lookUp(uri)
    }
    return this.found.shift()
  }

  private async lookUp(uri: string): Promise<void> {
    const { resolve, health } = this.finder
    try {
      const route = isLooseRoute(uri) ? `<${uri}>` : undefined
      for (const peer of await resolve(uri))
        (health.isDown(peer) ? this.resting : this.found).push({ peer, route })
    } catch (error) {
      this.detail = messageOf(error)
    }
  }
}

/** Whether a Route is loose (`lr`, RFC 3261 §16.12); strict ones are of RFC 2543. */
export function isLooseRoute(uri: string): boolean {
  return /;\s*lr\b/i.test(uri)
}
