import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { IncomingRefer, SipCallEnd, SipCallListener } from '../call.js'

/**
 * Stands between a call and its listener: keeps what happens before there is one, and a fault in the listener away from
 * the call.
 */
export class EventBuffer<Listener extends SipCallListener> implements SipCallListener {
  private listener: Listener | undefined
  private early: Array<(listener: Listener) => void> = []

  constructor(private readonly log: Log) {}

  /** From now on `listener` hears everything, first what it missed. */
  connect(listener: Listener): void {
    this.listener = listener
    const missed = this.early
    this.early = []
    for (const tell of missed) this.guard(() => tell(listener))
  }

  tell(event: (listener: Listener) => void): void {
    const { listener } = this
    if (listener) this.guard(() => event(listener))
    else this.early.push(event)
  }

  offered(sdp: string): ReturnType<SipCallListener['offered']> {
    const unable = { status: 500, reason: 'Server Internal Error' }
    return this.guard(() => this.listener?.offered(sdp)) ?? unable
  }

  digit(digit: string, durationMs: number): void {
    this.tell((listener) => listener.digit(digit, durationMs))
  }

  referred(refer: IncomingRefer): void {
    const { listener } = this
    if (!listener?.referred) refer.reject(603)
    // A listener that failed may not have answered; a second answer does nothing.
    else if (!this.guard(() => listener.referred?.(refer) ?? true)) refer.reject(500)
  }

  ended(end: SipCallEnd): void {
    this.tell((listener) => listener.ended(end))
  }

  private guard<T>(call: () => T): T | undefined {
    try {
      return call()
    } catch (error) {
      this.log.error({ err: error, code: 'internal_error' }, `A call's listener failed: ${messageOf(error)}`)
      return undefined
    }
  }
}
