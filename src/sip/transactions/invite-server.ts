import type { Timer } from '../../base/clock.js'
import type { SipResponse } from '../message.js'
import { type EndActions, TransactionMachine } from './transaction-machine.js'

/** What an INVITE server machine does to the world. */
export interface InviteServerActions extends EndActions {
  send(response: SipResponse): void
  /** Makes the 100 that is sent when the user takes its time. */
  trying(): SipResponse
}

type State = 'proceeding' | 'completed' | 'confirmed' | 'accepted'

/** INVITE server transaction (RFC 3261 §17.2.1, figure 7, with RFC 6026's Accepted state, figure 5 there). */
export class InviteServerMachine extends TransactionMachine<State, InviteServerActions> {
  protected current: State | 'terminated' = 'proceeding'
  private last: SipResponse | undefined
  private tryingTimer: Timer | undefined
  private timerG: Timer | undefined
  /** Timer H, I or L. */
  private endTimer: Timer | undefined

  /** @param tryingAfterMs ms after which 100 is sent unless the user responded (200 in RFC 3261); 0: at once */
  start(tryingAfterMs: number): void {
    const tryNow = () => {
      if (this.last === undefined) this.respond(this.actions.trying())
    }
    if (tryingAfterMs > 0) this.tryingTimer = this.clock.after(tryingAfterMs, tryNow)
    else tryNow()
  }

  /** A response of the user. One that no longer fits the state is not sent; 2xx may be repeated in Accepted. */
  respond(response: SipResponse): void {
    const { status } = response
    if (this.current === 'accepted' && status >= 200 && status < 300) this.actions.send(response)
    if (this.current !== 'proceeding') return
    this.tryingTimer?.cancel()
    this.last = response
    if (status >= 300) this.complete()
    else if (status >= 200) this.accept()
    this.actions.send(response)
  }

  /** The INVITE again: the last response again, but for a 2xx, which its user repeats. */
  retransmitted(): void {
    if (this.last && (this.current === 'proceeding' || this.current === 'completed'))
      this.actions.send(this.last)
  }

  /** ACK of a final response other than 2xx. */
  acknowledged(): void {
    if (this.current !== 'completed') return
    this.cancelTimers()
    this.current = 'confirmed'
    if (this.reliable) this.terminate()
    else this.endTimer = this.clock.after(this.timers.t4, () => this.terminate()) // timer I
  }

  transportFailed(): void {
    this.fail('transport')
  }

  private complete(): void {
    const { t1 } = this.timers
    this.current = 'completed'
    this.endTimer = this.clock.after(64 * t1, () => this.fail('timeout')) // timer H
    if (!this.reliable) this.armG(t1)
  }

  private accept(): void {
    this.current = 'accepted'
    this.endTimer = this.clock.after(64 * this.timers.t1, () => this.terminate()) // timer L
  }

  private armG(interval: number): void {
    this.timerG = this.clock.after(interval, () => {
      this.armG(Math.min(interval * 2, this.timers.t2))
      if (this.last) this.actions.send(this.last)
    })
  }

  private fail(reason: 'timeout' | 'transport'): void {
    if (this.current !== 'confirmed') this.giveUp(reason)
  }

  protected cancelTimers(): void {
    this.tryingTimer?.cancel()
    this.timerG?.cancel()
    this.endTimer?.cancel()
  }
}
