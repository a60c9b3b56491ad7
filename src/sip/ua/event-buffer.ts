import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { IncomingCallListener, SipCallEnd } from '../edge.js'

/**
 * Stands between a call and its listener: keeps what happens before there is one, and a fault in the listener away from
 * the call.
 */
export class EventBuffer implements IncomingCallListener {
  private listener: IncomingCallListener | undefined
  private early: Array<(listener: IncomingCallListener) => void> = []

  constructor(private readonly log: Log) {}

  /** From now on `listener` hears everything, first what it missed. */
  connect(listener: IncomingCallListener): void {
    this.listener = listener
    const missed = this.early
    this.early = []
    for (const tell of missed) this.guard(() => tell(listener))
  }

  confirmed(answer: string | undefined): void {
    this.tell((listener) => listener.confirmed(answer))
  }

  offered(sdp: string): ReturnType<IncomingCallListener['offered']> {
    const unable = { status: 500, reason: 'Server Internal Error' }
    return this.guard(() => this.listener?.offered(sdp)) ?? unable
  }

  digit(digit: string, durationMs: number): void {
    this.tell((listener) => listener.digit(digit, durationMs))
  }

  ended(end: SipCallEnd): void {
    this.tell((listener) => listener.ended(end))
  }

  private tell(event: (listener: IncomingCallListener) => void): void {
    const { listener } = this
    if (listener) this.guard(() => event(listener))
    else this.early.push(event)
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
