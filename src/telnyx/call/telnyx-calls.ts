import type { CallControl } from '../../calls/index.js'
import { type Application, channelLimit } from '../resources/application.js'
import type { WebhookOverrides } from '../webhooks/index.js'
import type { CallParts } from './call-parts.js'
import { type CallBeginning, TelnyxCall, type TransferForParty } from './telnyx-call.js'

/** How long the status of a call can be asked for after its end, in ms. */
const keptMs = 600_000

/** The calls of this platform: those that live, and those that ended a short while ago. */
export class TelnyxCalls {
  /** Who sees to what parties wish by REFER; nobody until the node can call. */
  transferForParty: TransferForParty = () => false
  private readonly byId = new Map<string, TelnyxCall>()

  constructor(private readonly parts: CallParts) {}

  /** Takes a call over and tells that it was initiated. */
  add(
    call: CallControl,
    application: Application,
    said: CallBeginning & {
      readonly clientState?: string | undefined
      readonly overrides?: WebhookOverrides
    } = {},
  ): TelnyxCall {
    const entry = new TelnyxCall(
      call,
      application,
      this.parts,
      (call, refer) => this.transferForParty(call, refer),
      said,
    )
    entry.clientState = said.clientState
    entry.override(said.overrides ?? {})
    this.byId.set(entry.id, entry)
    entry.whenEnded(() => this.parts.clock.after(keptMs, () => this.byId.delete(entry.id)))
    entry.begin()
    return entry
  }

  /** Whether an application has as many calls in a direction as its channels allow. */
  isFull(application: Application, direction: 'inbound' | 'outbound'): boolean {
    const limit = channelLimit(application, direction)
    if (limit === undefined) return false
    const own = [...this.byId.values()].filter(
      (entry) => entry.application.id === application.id && entry.call.direction === direction,
    )
    return own.filter(({ call }) => call.state !== 'ended').length >= limit
  }

  /** By its call control id. */
  get(id: string): TelnyxCall | undefined {
    return this.byId.get(id)
  }
}
