import type { Timer } from '../../base/clock.js'
import type { SipResponse } from '../message.js'
import { type EndActions, TransactionMachine } from './transaction-machine.js'

/** What an INVITE client machine does to the world. */
export interface InviteClientActions extends EndActions {
  /** Sends the INVITE, first or again. */
  sendRequest(): void
  /** Acknowledges a final response other than 2xx. */
  sendAck(response: SipResponse): void
  /** Hands a response to the user. */
  deliver(response: SipResponse): void
}

type State = 'calling' | 'proceeding' | 'completed' | 'accepted'

/** INVITE client transaction (RFC 3261 §17.1.1, figure 5, with RFC 6026's Accepted state, figure 3 there). */
export class InviteClientMachine extends TransactionMachine<State, InviteClientActions> {
  protected current: State | 'terminated' = 'calling'
  private timerA: Timer | undefined
  private timerB: Timer | undefined
  /** The timer of the last state: D, M, or the wait after CANCEL. */
  private lastTimer: Timer | undefined

  /** Sends the request and starts timers A and B. */
  start(): void {
    const { t1 } = this.timers
    this.timerB = this.clock.after(64 * t1, () => this.fail('timeout'))
    if (!this.reliable) this.armA(t1)
    this.actions.sendRequest()
  }

  receive(response: SipResponse): void {
    if (response.status < 200) this.provisional(response)
    else if (response.status < 300) this.success(response)
    else this.failure(response)
  }

  /** CANCEL has gone out: without a final response within 64·T1 the transaction is given up (§9.1). */
  cancelled(): void {
    if (this.current === 'proceeding') this.armLast(64 * this.timers.t1, () => this.fail('timeout'))
  }

  transportFailed(): void {
    if (this.current !== 'accepted') this.fail('transport')
  }

  private provisional(response: SipResponse): void {
    if (this.current !== 'calling' && this.current !== 'proceeding') return
    this.timerA?.cancel()
    this.timerB?.cancel()
    this.current = 'proceeding'
    this.actions.deliver(response)
  }

  private success(response: SipResponse): void {
    if (this.current === 'completed' || this.current === 'terminated') return
    if (this.current !== 'accepted') {
      this.cancelTimers()
      this.current = 'accepted'
      this.armLast(64 * this.timers.t1, () => this.terminate()) // timer M
    }
    this.actions.deliver(response)
  }

  private failure(response: SipResponse): void {
    if (this.current === 'completed') {
      this.actions.sendAck(response)
      return
    }
    if (this.current !== 'calling' && this.current !== 'proceeding') return
    this.cancelTimers()
    this.current = 'completed'
    this.actions.sendAck(response)
    this.actions.deliver(response)
    this.afterwards(this.reliable ? 0 : 64 * this.timers.t1) // timer D: at least 32 s
  }

  private afterwards(ms: number): void {
    if (this.current !== 'completed') return // the transport failed under the ACK
    if (ms === 0) this.terminate()
    else this.armLast(ms, () => this.terminate())
  }

  private armA(interval: number): void {
    this.timerA = this.clock.after(interval, () => {
      this.armA(interval * 2)
      this.actions.sendRequest()
    })
  }

  private armLast(ms: number, task: () => void): void {
    this.lastTimer?.cancel()
    this.lastTimer = this.clock.after(ms, task)
  }

  private fail(reason: 'timeout' | 'transport'): void {
    // In Completed the user has its final response: that the ACK failed changes nothing for it.
    if (this.current === 'completed') this.terminate()
    else this.giveUp(reason)
  }

  protected cancelTimers(): void {
    this.timerA?.cancel()
    this.timerB?.cancel()
    this.lastTimer?.cancel()
  }
}
