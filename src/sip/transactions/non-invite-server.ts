import type { Clock, Timer } from '../../base/clock.js'
import type { SipResponse } from '../message.js'
import type { TimerValues } from '../timers.js'

/** What a non-INVITE server machine does to the world. */
export interface NonInviteServerActions {
  send(response: SipResponse): void
  /** The transport failed; `terminated` follows. */
  failed(reason: 'transport'): void
  terminated(): void
}

type State = 'trying' | 'proceeding' | 'completed' | 'terminated'

/** Non-INVITE server transaction (RFC 3261 §17.2.2, figure 8). */
export class NonInviteServerMachine {
  private current: State = 'trying'
  private last: SipResponse | undefined
  private timerJ: Timer | undefined

  constructor(
    private readonly clock: Clock,
    private readonly timers: TimerValues,
    private readonly reliable: boolean,
    private readonly actions: NonInviteServerActions,
  ) {}

  get state(): State {
    return this.current
  }

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
    if (this.current === 'terminated') return
    this.stop()
    this.actions.failed('transport')
    this.actions.terminated()
  }

  /** Ends without a word. */
  stop(): void {
    this.timerJ?.cancel()
    this.current = 'terminated'
  }

  private terminate(): void {
    if (this.current === 'terminated') return
    this.stop()
    this.actions.terminated()
  }
}
