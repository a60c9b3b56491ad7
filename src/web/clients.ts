import { ParleyError } from '../base/errors.js'
import type { ClientBook, RandomBytes, RingStop, WebCallBegun, WebInvitation } from '../calls/index.js'

/** A browser that is registered. */
export interface Browser {
  incoming(call: IncomingNotice): void
  gone(id: string, reason: RingStop | 'rejected'): void
}

/** What a browser is told of a call that rings. */
export interface IncomingNotice {
  readonly id: string
  readonly callSid: string
  readonly from: string
  readonly to: string
  readonly callerName: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A call that rings in one browser. */
interface Ring {
  readonly id: string
  readonly browser: Browser
  readonly invitation: WebInvitation
  /** Those that ring together. */
  readonly together: Set<Ring>
  /** Its browser is about to have the call: it need not be told that the ringing ends. */
  accepting: boolean
}

/** The browsers that can be called, by name, and what rings in them. */
export class Clients implements ClientBook {
  private readonly browsers = new Map<string, Set<Browser>>()
  private readonly rings = new Map<string, Ring>()

  constructor(private readonly random: RandomBytes) {}

  /** @returns what ends the registration */
  register(name: string, browser: Browser): () => void {
    const all = this.browsers.get(name) ?? new Set()
    this.browsers.set(name, all.add(browser))
    return () => {
      all.delete(browser)
      if (all.size === 0 && this.browsers.get(name) === all) this.browsers.delete(name)
      for (const ring of [...this.rings.values()]) if (ring.browser === browser) this.drop(ring, 'gone')
    }
  }

  has(name: string): boolean {
    return this.browsers.has(name)
  }

  list(): readonly { readonly name: string; readonly browsers: number }[] {
    return [...this.browsers].map(([name, { size }]) => ({ name, browsers: size }))
  }

  /** @see ClientBook */
  ring(name: string, invitation: WebInvitation): ((why: RingStop) => void) | undefined {
    const browsers = this.browsers.get(name)
    if (!browsers) return undefined
    const together = new Set<Ring>()
    for (const browser of browsers) {
      const ring = {
        id: this.random(18).toString('base64url'),
        browser,
        invitation,
        together,
        accepting: false,
      }
      together.add(ring)
      this.rings.set(ring.id, ring)
    }
    const { call, callerName, headers } = invitation
    const { from } = call.facts
    const notice = {
      callSid: call.identity.callSid,
      from,
      to: name,
      callerName,
      parameters: parametersOf(headers),
    }
    for (const { id, browser } of together) browser.incoming({ id, ...notice })
    return (why) => this.stop(together, why)
  }

  /**
   * A browser takes the call that rings under this id.
   * @throws ParleyError `web_call_not_found`, and as `WebInvitation.accept`
   */
  async accept(id: string, offer: string): Promise<WebCallBegun> {
    const ring = this.rings.get(id)
    if (!ring) throw new ParleyError('web_call_not_found')
    ring.accepting = true
    try {
      return await ring.invitation.accept(offer)
    } finally {
      ring.accepting = false
    }
  }

  /** @throws ParleyError `web_call_not_found` */
  reject(id: string): void {
    const ring = this.rings.get(id)
    if (!ring) throw new ParleyError('web_call_not_found')
    this.drop(ring, 'rejected')
    ring.browser.gone(id, 'rejected')
  }

  private drop(ring: Ring, reason: 'rejected' | 'gone'): void {
    this.rings.delete(ring.id)
    ring.together.delete(ring)
    if (ring.together.size === 0) ring.invitation.refused(reason)
  }

  private stop(together: Set<Ring>, why: RingStop): void {
    for (const { id, browser, accepting } of together) {
      this.rings.delete(id)
      if (!accepting) browser.gone(id, why)
    }
    together.clear()
  }
}

/** Header lines `X-Name` of the caller's side, under their names without that. */
function parametersOf(headers: WebInvitation['headers']): Record<string, string> {
  return Object.fromEntries(
    headers.flatMap(([name, value]) => (/^x-/i.test(name) ? [[name.slice(2), value]] : [])),
  )
}
