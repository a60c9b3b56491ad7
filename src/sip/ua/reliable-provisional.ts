import type { Clock } from '../../base/clock.js'
import { parseCSeq } from '../cseq.js'
import type { SipRequest, SipResponse } from '../message.js'
import { SipParseError } from '../parse-error.js'
import type { TimerValues } from '../timers.js'
import { Retransmission } from './retransmission.js'

/**
 * Provisional responses that are repeated until the peer's PRACK (RFC 3262 §3). One is outstanding at a time; later
 * ones wait for it.
 */
export class ReliableProvisionals {
  private outstanding:
    | { readonly rseq: number; readonly described: boolean; readonly retransmission: Retransmission }
    | undefined
  private readonly waiting: SipResponse[] = []
  private rseq: number

  /**
   * @param firstRseq 1 to 2^31 - 1, random
   * @param gaveUp no PRACK within 64·T1: the INVITE is to be refused with a 5xx
   */
  constructor(
    private readonly clock: Clock,
    private readonly timers: TimerValues,
    firstRseq: number,
    private readonly send: (response: SipResponse) => void,
    private readonly gaveUp: () => void,
  ) {
    this.rseq = firstRseq
  }

  /** Sends `response` with Require and RSeq added, now or after the PRACK of the one before. */
  push(response: SipResponse): void {
    this.waiting.push(response)
    this.next()
  }

  /** Whether a session description waits for its PRACK: no 2xx may go out before (RFC 3262 §3). */
  get owed(): boolean {
    return this.outstanding?.described ?? false
  }

  /**
   * A PRACK for `inviteCseq` came.
   * @returns whether the response it acknowledges carried a session description; undefined when it acknowledges
   *   nothing outstanding: answer it with 481. Call `next` once it is answered
   */
  acknowledge(prack: SipRequest, inviteCseq: number): { readonly described: boolean } | undefined {
    const rack = parseRack(prack.headers.get('RAck'))
    const { outstanding } = this
    if (!outstanding || rack?.rseq !== outstanding.rseq || rack.cseq !== inviteCseq) return undefined
    outstanding.retransmission.cancel()
    this.outstanding = undefined
    return outstanding
  }

  /** Sends what waits, unless a PRACK is still awaited. */
  next(): void {
    if (this.outstanding) return
    const response = this.waiting.shift()
    if (response) this.start(response)
  }

  /** A final response goes out: nothing is repeated any more. PRACKs on the way still count. */
  stop(): void {
    this.waiting.length = 0
    this.outstanding?.retransmission.cancel()
  }

  private start(response: SipResponse): void {
    const rseq = this.rseq++
    response.headers.set('Require', '100rel')
    response.headers.set('RSeq', String(rseq))
    const { t1 } = this.timers
    const schedule = { firstMs: t1, maxMs: Number.POSITIVE_INFINITY, giveUpMs: 64 * t1 }
    const retransmission = new Retransmission(
      this.clock,
      schedule,
      () => this.send(response),
      () => this.gaveUp(),
    )
    this.outstanding = { rseq, described: response.body.length > 0, retransmission }
    this.send(response)
  }
}

/** `RAck: 776656 1 INVITE` (RFC 3262 §7.2). */
function parseRack(value: string | undefined): { rseq: number; cseq: number } | undefined {
  const match = /^\s*(\d{1,10})\s+(\S.*)$/.exec(value ?? '')
  if (!match) return undefined
  try {
    const { number, method } = parseCSeq(match[2]!)
    return method === 'INVITE' ? { rseq: Number(match[1]), cseq: number } : undefined
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}
