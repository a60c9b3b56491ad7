import type { Timer } from '../../base/clock.js'
import type { SipResponse } from '../message.js'
import { type EndActions, TransactionMachine } from './transaction-machine.js'

/** What a non-INVITE client machine does to the world. */
export interface NonInviteClientActions extends EndActions {
  /** Sends the request, first or again. */
  sendRequest(): void
  /** Hands a response to the user. */
  deliver(response: SipResponse): void
}

type State = 'trying' | 'proceeding' | 'completed'

/** Non-INVITE client transaction (RFC 3261 §17.1.2, figure 6). */
export class NonInviteClientMachine extends TransactionMachine<State, NonInviteClientActions> {
  protected current: State | 'terminated' = 'trying'
  private timerE: Timer | undefined
  /** Timer F, then K. */
  private endTimer: Timer | undefined

  /** Sends the request and starts timers E and F. */
  start(): void {
    const { t1 } = this.timers
    this.endTimer = this.clock.after(64 * t1, () => this.fail('timeout'))
    if (!this.reliable) this.armE(t1)
    this.actions.sendRequest()
  }

  receive(response: SipResponse): void {
    if (this.current !== 'trying' && this.current !== 'proceeding') return
    if (response.status < 200) {
      this.current = 'proceeding'
    } else {
      this.cancelTimers()
      this.current = 'completed'
      const { t4 } = this.timers
      if (!this.reliable) this.endTimer = this.clock.after(t4, () => this.terminate()) // timer K
    }
    this.actions.deliver(response)
    if (this.current === 'completed' && this.reliable) this.terminate()
  }

  transportFailed(): void {
    this.fail('transport')
  }

  private armE(interval: number): void {
    this.timerE = this.clock.after(interval, () => {
      const { t2 } = this.timers
      this.armE(this.current === 'proceeding' ? t2 : Math.min(interval * 2, t2))
      this.actions.sendRequest()
    })
  }

  private fail(reason: 'timeout' | 'transport'): void {
    if (this.current !== 'completed') this.giveUp(reason)
  }

  protected cancelTimers(): void {
    this.timerE?.cancel()
    this.endTimer?.cancel()
  }
}
