import type { Clock } from '../../../base/clock.js'
import type { SipRequest } from '../../message.js'
import type { Refusal } from '../refuse-request.js'
import { parseReplaces } from './replaces-header.js'

/** A dialog, as far as it can be replaced. */
export interface ReplaceableDialog {
  readonly dialog: { readonly key: string }
  /** `early` where this end called: a phone that rings can be picked up elsewhere. `incoming`: not answered by us yet. */
  readonly phase: 'incoming' | 'early' | 'confirmed' | 'ended'
}

interface Entry<Dialog> {
  readonly dialog: Dialog
  readonly call: { readonly id: string }
}

/** How long a dialog that is over is known as such, in ms: as long as somebody may still be about to replace it. */
const rememberedMs = 32_000

/** The dialogs of this end, by what requests name them. */
export class DialogBook<Dialog extends ReplaceableDialog> {
  private readonly entries = new Map<string, Entry<Dialog>>()
  /** Key to when it is forgotten, in that order. */
  private readonly over = new Map<string, number>()

  constructor(private readonly clock: Clock) {}

  add(dialog: Dialog, call: { readonly id: string }): void {
    this.entries.set(dialog.dialog.key, { dialog, call })
  }

  remove({ dialog: { key } }: Dialog): void {
    if (!this.entries.delete(key)) return
    this.forgetOld()
    this.over.set(key, this.clock.now() + rememberedMs)
  }

  get(key: string): Dialog | undefined {
    return this.entries.get(key)?.dialog
  }

  /** Id of the call that a Replaces names; undefined for none that is answered. */
  callNamed(replaces: string): string | undefined {
    const entry = this.entries.get(parseReplaces(replaces)?.key ?? '')
    return entry?.dialog.phase === 'confirmed' ? entry.call.id : undefined
  }

  /** What an INVITE is to replace (RFC 3891 §3): id of the call, a refusal, or undefined where it replaces nothing. */
  replacedBy({ headers }: SipRequest): { readonly call: string } | Refusal | undefined {
    const lines = headers.getAll('Replaces')
    if (lines.length === 0) return undefined
    const named = lines.length === 1 ? parseReplaces(lines[0]!) : undefined
    if (!named) return { status: 400, reason: 'One Replaces with both tags is needed' }
    const entry = this.entries.get(named.key)
    switch (entry?.dialog.phase) {
      case undefined:
        this.forgetOld()
        return { status: this.over.has(named.key) ? 603 : 481 }
      case 'ended':
        return { status: 603 }
      case 'incoming':
        return { status: 481 }
      case 'confirmed':
        return named.earlyOnly ? { status: 486 } : { call: entry!.call.id }
      case 'early':
        return { call: entry!.call.id }
    }
  }

  private forgetOld(): void {
    const now = this.clock.now()
    for (const [key, until] of this.over) {
      if (until > now) return
      this.over.delete(key)
    }
  }
}
