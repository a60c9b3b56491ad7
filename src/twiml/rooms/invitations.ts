import type { CallControl } from '../../calls/index.js'
import type { SeatOptions } from './seat.js'

/** Somebody who is being called, and takes part once the call is answered. */
export interface Invitation extends Omit<SeatOptions, 'play' | 'beep'> {
  /** ms since the Unix epoch. */
  readonly invitedAt: number
  readonly status: 'queued' | 'ringing' | 'connecting'
}

/** Who is invited to a conference. */
export class Invitations {
  private readonly pending = new Map<CallControl, Invitation>()

  /** @param gone nobody is invited any more, and somebody was */
  constructor(private readonly gone: () => void) {}

  get list(): readonly Invitation[] {
    return [...this.pending.values()]
  }

  /** An invitation lasts until its call takes part, or is over. */
  add(invitation: Omit<Invitation, 'status'>): void {
    const { call } = invitation
    const stands = (status: Invitation['status']) => {
      if (this.pending.has(call)) this.pending.set(call, { ...invitation, status })
    }
    this.pending.set(call, { ...invitation, status: 'queued' })
    call.observe({
      ringing: () => stands('ringing'),
      answered: () => stands('connecting'),
      ended: () => this.withdraw(call),
    })
  }

  /** It has come. */
  came(call: CallControl): void {
    this.pending.delete(call)
  }

  /** By call SID or label. */
  find(name: string): Invitation | undefined {
    return this.list.find(({ call, label }) => call.identity.callSid === name || label === name)
  }

  private withdraw(call: CallControl): void {
    if (this.pending.delete(call) && this.pending.size === 0) this.gone()
  }
}
