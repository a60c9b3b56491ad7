import type { Timer } from '../../base/clock.js'
import type { SipResponse } from '../message.js'
import { type EndActions, TransactionMachine } from './transaction-machine.js'

/** What a non-INVITE server machine does to the world. */
export interface NonInviteServerActions extends EndActions {
  send(response: SipResponse): void
}

type State = 'trying' | 'proceeding' | 'completed'

/** Non-INVITE server transaction (RFC 3261 §17.2.2, figure 8). */
export class NonInviteServerMachine extends TransactionMachine<State, NonInviteServerActions> {
  protected current: State | 'terminated' = 'trying'
  private last: SipResponse | undefined
  private timerJ: Timer | undefined

  /** A response of the user; nothing follows a final one. */
  respond(response: SipResponse): void {
    if (this.current !== 'trying' && this.current !== 'proceeding') return
    this.last = response
    if (response.status < 200) {
      this.current = 'proceeding'
      this.actions.send(response)
      return
    }
    this.current = 'completed'
    if (!this.reliable) this.timerJ = this.clock.after(64 * this.timers.t1, () => this.terminate())
    this.actions.send(response)
    if (this.reliable) this.terminate()
  }

  /** The request again: the last response again. */
  retransmitted(): void {
    if (this.last) this.actions.send(this.last)
  }

  transportFailed(): void {
    this.giveUp('transport')
  }

  protected cancelTimers(): void {
    this.timerJ?.cancel()
  }
}
