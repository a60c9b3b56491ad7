import type { Clock, Timer } from '../../base/clock.js'

/** When to send again, in ms. */
export interface RetransmissionSchedule {
  readonly firstMs: number
  /** Each wait is twice the one before, up to this. */
  readonly maxMs: number
  /** From the start to giving up. */
  readonly giveUpMs: number
}

/**
 * Sends something again and again until it is cancelled or given up. For what the transaction layer does not repeat: a
 * 2xx to INVITE (RFC 3261 §13.3.1.4), a reliable provisional response (RFC 3262 §3).
 */
export class Retransmission {
  private waitMs: number
  private pending: Timer
  private readonly deadline: Timer

  constructor(
    private readonly clock: Clock,
    private readonly schedule: RetransmissionSchedule,
    private readonly send: () => void,
    gaveUp: () => void,
  ) {
    this.waitMs = schedule.firstMs
    this.pending = this.next()
    this.deadline = clock.after(schedule.giveUpMs, () => {
      this.pending.cancel()
      gaveUp()
    })
  }

  cancel(): void {
    this.pending.cancel()
    this.deadline.cancel()
  }

  private next(): Timer {
    return this.clock.after(this.waitMs, () => {
      this.waitMs = Math.min(this.waitMs * 2, this.schedule.maxMs)
      this.pending = this.next()
      this.send()
    })
  }
}
