import type { Timer } from '../../base/clock.js'
import { ParleyError } from '../../base/errors.js'
import type { HeaderFields } from '../build.js'
import type { SipResponse } from '../message.js'
import { sdpBody } from './body.js'
import { randomUpTo, type UserAgentContext } from './context.js'
import type { DialogClient } from './dialog-client.js'

/** What a re-INVITE of ours needs from the call around it. */
export interface ReinviterHost {
  /** Headers beside those of every re-INVITE: the session timer's. */
  headers(): HeaderFields
  /** The description as it is to be sent. */
  describe(sdp: string): string
  /** The offer was not taken: what held before holds again. */
  withdraw(): void
  /** A 2xx came: its Contact and timer count. */
  accepted(response: SipResponse): void
  /** The peer no longer knows the call, or does not answer (RFC 3261 §12.2.1.2): it is over. */
  lost(detail: string): void
}

interface Waiting {
  readonly sdp: string
  readonly resolve: (answer: string) => void
  readonly reject: (error: ParleyError) => void
}

const attempts = 5

/**
 * Our own re-INVITEs, one after the other (RFC 3261 §14.1). One that meets a re-INVITE of the peer (491) is repeated
 * after a random time.
 */
export class Reinviter {
  private readonly queue: Waiting[] = []
  private current: Waiting | undefined
  private inFlight = false
  private ready = false
  private closed = false
  private retryTimer: Timer | undefined

  constructor(
    private readonly context: UserAgentContext,
    private readonly client: DialogClient,
    private readonly host: ReinviterHost,
  ) {}

  /** Whether an INVITE of ours has no final response yet: one of the peer gets 491 then. */
  get busy(): boolean {
    return this.inFlight
  }

  /** The dialog is confirmed: what waits may go. */
  open(): void {
    this.ready = true
    this.next()
  }

  /** @returns the peer's answer; rejects with `sip_request_refused` */
  offer(sdp: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(refused('the call is over'))
        return
      }
      this.queue.push({ sdp, resolve, reject })
      this.next()
    })
  }

  /** The call is over: whoever waits hears it. */
  close(): void {
    this.closed = true
    this.retryTimer?.cancel()
    const waiting = this.current ? [this.current, ...this.queue] : [...this.queue]
    this.current = undefined
    this.queue.length = 0
    for (const { reject } of waiting) reject(refused('the call ended before the answer'))
  }

  private next(): void {
    if (!this.ready || this.current) return
    this.current = this.queue.shift()
    if (this.current) this.invite(this.current, 1)
  }

  private invite(waiting: Waiting, attempt: number): void {
    this.inFlight = true
    const headers = { ...this.client.dialogHeaders, ...this.host.headers() }
    this.client.send('INVITE', headers, this.host.describe(waiting.sdp), {
      final: (response, invite) => {
        if (response.status < 300) this.client.ack(invite)
        if (this.current !== waiting || !this.inFlight) return
        this.inFlight = false
        this.settle(waiting, attempt, response)
      },
      failed: (reason) => {
        this.inFlight = false
        this.host.lost(reason)
      },
    })
  }

  private settle(waiting: Waiting, attempt: number, response: SipResponse): void {
    const { status } = response
    if (status >= 300) this.host.withdraw()
    if (status < 300) {
      this.host.accepted(response)
      const answer = sdpBody(response)
      if (answer.kind === 'sdp') waiting.resolve(answer.sdp)
      else waiting.reject(refused('the 200 to our offer has no answer'))
    } else if (status === 491 && attempt < attempts) {
      this.retry(waiting, attempt + 1)
      return
    } else if (status === 408 || status === 481) {
      this.host.lost(`${status} ${response.reason}`)
      return
    } else waiting.reject(refused(`${status} ${response.reason}`))
    this.current = undefined
    this.next()
  }

  /** The side that chose the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, in steps of 10 ms (RFC 3261 §14.1). */
  private retry(waiting: Waiting, attempt: number): void {
    const { side } = this.client.dialog
    const steps = side === 'caller' ? 210 + randomUpTo(this.context, 190) : randomUpTo(this.context, 200)
    this.retryTimer = this.context.clock.after(steps * 10, () => this.invite(waiting, attempt))
  }
}

function refused(detail: string): ParleyError {
  return new ParleyError('sip_request_refused', `The peer did not take our offer: ${detail}.`)
}
