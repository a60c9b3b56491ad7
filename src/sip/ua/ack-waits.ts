import type { SipRequest } from '../message.js'
import type { UserAgentContext } from './context.js'
import { Retransmission } from './retransmission.js'

interface Wait {
  readonly retransmission: Retransmission
  readonly acknowledged: (request: SipRequest) => void
}

/** The 2xx to INVITEs of one dialog that wait for their ACK (RFC 3261 §13.3.1.4), by CSeq. */
export class AckWaits {
  private readonly waits = new Map<number, Wait>()

  constructor(private readonly context: UserAgentContext) {}

  /** Whether any 2xx waits. */
  get pending(): boolean {
    return this.waits.size > 0
  }

  /**
   * @param send repeats the 2xx: T1, doubling up to T2
   * @param gaveUp no ACK within 64·T1
   */
  start(cseq: number, send: () => void, acknowledged: Wait['acknowledged'], gaveUp: () => void): void {
    const { clock, options } = this.context
    const { t1, t2 } = options.timers
    const schedule = { firstMs: t1, maxMs: t2, giveUpMs: 64 * t1 }
    const retransmission = new Retransmission(clock, schedule, send, () => {
      this.waits.delete(cseq)
      gaveUp()
    })
    this.waits.set(cseq, { retransmission, acknowledged })
  }

  /** An ACK came; repeated ones count once. */
  acknowledge(cseq: number, ack: SipRequest): void {
    const wait = this.waits.get(cseq)
    if (!wait) return
    this.waits.delete(cseq)
    wait.retransmission.cancel()
    wait.acknowledged(ack)
  }

  cancel(): void {
    for (const { retransmission } of this.waits.values()) retransmission.cancel()
    this.waits.clear()
  }
}
