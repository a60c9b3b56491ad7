import type { Clock, Timer } from '../base/clock.js'
import type { Parcel, ParcelListener } from './courier.js'

export interface DeliveryQueueOptions {
  readonly clock: Clock
  /** ms that a webhook which waits for its next attempt keeps later ones waiting. */
  readonly holdMs: number
  deliver(parcel: Parcel, listener: ParcelListener): void
  /** Nothing is left to begin with. */
  empty(): void
}

/**
 * Webhooks of one call, one after the other: the next begins when the one before is taken or given up. One that its
 * receiver does not take steps aside after `holdMs` and goes on beside the others, so that a call's webhooks are late
 * by a bounded time each.
 */
export class DeliveryQueue {
  private readonly waiting: Parcel[] = []
  private head: Parcel | undefined
  private hold: Timer | undefined

  constructor(private readonly options: DeliveryQueueOptions) {}

  add(parcel: Parcel): void {
    this.waiting.push(parcel)
    if (!this.head) this.next()
  }

  /** Begins nothing more. */
  stop(): void {
    this.waiting.length = 0
    this.hold?.cancel()
  }

  private next(): void {
    const parcel = this.waiting.shift()
    this.head = parcel
    if (!parcel) return this.options.empty()
    const { clock, holdMs } = this.options
    this.options.deliver(parcel, {
      waits: () => {
        if (this.head === parcel) this.hold ??= clock.after(holdMs, () => this.pass(parcel))
      },
      settled: () => this.pass(parcel),
    })
  }

  private pass(parcel: Parcel): void {
    if (this.head !== parcel) return
    this.hold?.cancel()
    this.hold = undefined
    this.next()
  }
}
