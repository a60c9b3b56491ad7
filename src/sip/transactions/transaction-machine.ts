import type { Clock } from '../../base/clock.js'
import type { TimerValues } from '../timers.js'

/** How a transaction's end is told. */
export interface EndActions {
  /** It was given up; `terminated` follows. */
  failed(reason: 'timeout' | 'transport'): void
  terminated(): void
}

/** What the four transactions of RFC 3261 §17 have in common: a state, timers, and an end that is told once. */
export abstract class TransactionMachine<State extends string, Actions extends EndActions> {
  protected abstract current: State | 'terminated'

  constructor(
    protected readonly clock: Clock,
    protected readonly timers: TimerValues,
    protected readonly reliable: boolean,
    protected readonly actions: Actions,
  ) {}

  get state(): State | 'terminated' {
    return this.current
  }

  /** Ends without a word. */
  stop(): void {
    this.cancelTimers()
    this.current = 'terminated'
  }

  protected abstract cancelTimers(): void

  protected terminate(): void {
    if (this.current === 'terminated') return
    this.stop()
    this.actions.terminated()
  }

  protected giveUp(reason: 'timeout' | 'transport'): void {
    if (this.current === 'terminated') return
    this.stop()
    this.actions.failed(reason)
    this.actions.terminated()
  }
}
