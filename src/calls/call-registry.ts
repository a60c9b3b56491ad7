import type { Clock } from '../base/clock.js'
import type { Call } from './call/call.js'

/** ms that a call can be asked for after its end, as on Telnyx. */
const KEPT_MS = 600_000
/** Most ended calls kept: on a busy node the older ones go sooner. */
const KEPT_CALLS = 10_000

/** Calls by any of their ids: those that live, and those that ended not long ago. */
export class CallRegistry {
  private readonly byId = new Map<string, Call>()
  private readonly living = new Set<Call>()
  /** In the order of their end. */
  private readonly ended = new Map<Call, number>()

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.living.size
  }

  add(call: Call): void {
    this.living.add(call)
    for (const id of idsOf(call)) this.byId.set(id, call)
  }

  over(call: Call): void {
    if (!this.living.delete(call)) return
    this.ended.set(call, this.clock.now() + KEPT_MS)
    this.forgetOld()
  }

  get(id: string): Call | undefined {
    this.forgetOld()
    return this.byId.get(id)
  }

  /** The living call whose line a call of the SIP edge is. */
  carrying(sipId: string): Call | undefined {
    for (const call of this.living) if (!call.over && call.line.carries(sipId)) return call
    return undefined
  }

  /** Those that live, the oldest first. */
  list(): readonly Call[] {
    return [...this.living]
  }

  private forgetOld(): void {
    const now = this.clock.now()
    for (const [call, until] of this.ended) {
      if (until > now && this.ended.size <= KEPT_CALLS) return
      this.ended.delete(call)
      for (const id of idsOf(call)) this.byId.delete(id)
    }
  }
}

function idsOf({ options }: Call): readonly string[] {
  const { identity } = options
  return [identity.callSid, identity.callControlId, identity.callLegId]
}
