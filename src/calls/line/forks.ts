import { messageOf } from '../../base/errors.js'
import type { OutgoingCall, OutgoingCallListener, OutgoingCallRequest, SipCallEnd } from '../../sip/index.js'
import type { HeaderLines } from '../call-control.js'
import { outcomeOf } from './sip-outcomes.js'

/** Makes a SIP call: `SipEdge.call`. */
export type CallOut = (request: OutgoingCallRequest, listener: OutgoingCallListener) => OutgoingCall

/** One of several ways that are rung together. */
interface Fork {
  call?: OutgoingCall
  end?: SipCallEnd
}

/** What tells best why nobody answered, the best first. */
const telling = ['busy', 'rejected', 'no-answer', 'not-found', 'canceled', 'failed', 'unreachable']

/**
 * The phones that one call rings together. The first to answer has the call, the others are cancelled; when none does,
 * the end that says most about why is the call's.
 */
export class Forks {
  private forks: readonly Fork[] = []
  private winner: Fork | undefined
  private over = false

  /** @param listener hears of the call as if there were one phone */
  constructor(
    private readonly call: CallOut,
    private readonly listener: OutgoingCallListener,
  ) {}

  /** The call that was answered. */
  get answered(): OutgoingCall | undefined {
    return this.winner?.call
  }

  /** Whether a call of the SIP edge is one of them. */
  has(id: string): boolean {
    return this.forks.some(({ call }) => call?.id === id)
  }

  /** @returns Call-ID of the first of them */
  place(requests: readonly OutgoingCallRequest[]): string {
    this.forks = requests.map(() => ({}))
    this.forks.forEach((fork, i) => {
      if (!this.over && !this.winner) this.start(fork, requests[i]!)
    })
    return this.forks.find(({ call }) => call)?.call?.callId ?? ''
  }

  /** CANCEL or BYE. */
  hangup(headers: HeaderLines): void {
    this.over = true
    for (const fork of this.forks) if (!fork.end) fork.call?.hangup(headers)
  }

  private start(fork: Fork, request: OutgoingCallRequest): void {
    try {
      fork.call = this.call(request, this.listen(fork))
    } catch (thrown) {
      this.ended(fork, { by: 'network', reason: 'transport', detail: messageOf(thrown) })
      return
    }
    // Another one answered, or the caller gave up, while this one was being placed.
    if (this.over || (this.winner && this.winner !== fork)) fork.call.hangup()
  }

  private listen(fork: Fork): OutgoingCallListener {
    const { listener } = this
    return {
      progress: (status, sdp) => {
        if (!this.over && !this.winner) listener.progress(status, sdp)
      },
      answered: (sdp) => this.answer(fork, sdp),
      offered: (sdp) => {
        if (this.winner && this.winner !== fork) return { status: 481, reason: 'Answered elsewhere' }
        return listener.offered(sdp)
      },
      digit: (digit, durationMs) => {
        if (this.winner === fork) listener.digit(digit, durationMs)
      },
      referred: (refer) => {
        if (this.winner === fork) listener.referred?.(refer)
        else refer.reject(603)
      },
      ended: (end) => this.ended(fork, end),
    }
  }

  private answer(fork: Fork, sdp: string): void {
    if (this.over || this.winner) {
      fork.call?.hangup()
      return
    }
    this.winner = fork
    for (const other of this.forks) if (other !== fork && !other.end) other.call?.hangup()
    this.listener.answered(sdp)
  }

  private ended(fork: Fork, end: SipCallEnd): void {
    if (fork.end) return
    fork.end = end
    if (this.over) return
    if (this.winner) {
      if (this.winner === fork) this.finish(end)
      return
    }
    const ends = this.forks.flatMap((other) => other.end ?? [])
    if (ends.length === this.forks.length) this.finish(mostTelling(ends))
  }

  private finish(end: SipCallEnd): void {
    this.over = true
    this.listener.ended(end)
  }
}

/** A refusal by the person goes before one by a device (RFC 3261 §16.7 lets a 6xx win), any answer before none. */
function mostTelling(ends: readonly SipCallEnd[]): SipCallEnd {
  const rank = ({ status, reason }: SipCallEnd): number => {
    if (status !== undefined && status >= 600) return -1
    if (reason === 'transport') return telling.indexOf('unreachable')
    return telling.indexOf(reason === 'no-answer' ? 'no-answer' : outcomeOf(status).cause)
  }
  return ends.reduce((best, end) => (rank(end) < rank(best) ? end : best))
}
