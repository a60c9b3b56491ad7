import type { Timer } from '../../base/clock.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import { broken, endedBySip } from '../call/ending.js'
import type { HeaderLines } from '../call-control.js'
import type { ClientBook, RingStop, WebCallBegun, WebInvitation } from '../web.js'
import type { LegWish, Line, LineHost } from './line.js'
import { type PeerMediaOptions, readWebOffer } from './peer-media.js'
import { WebLine } from './web-line.js'

export interface WebCalleeLineOptions extends PeerMediaOptions {
  readonly clients: ClientBook
  /** Whom to ring. */
  readonly name: string
  readonly callerName: string
  readonly headers: HeaderLines
  readonly answerTimeoutMs: number
}

/** The line of a call that rings in browsers: the first to accept has it. */
export class WebCalleeLine extends WebLine implements Line {
  readonly refusable = false
  protected readonly givesUp = 'refused'
  protected accepted = false
  private wish: LegWish = {}
  private accepting = false
  private stopRinging: ((why: RingStop) => void) | undefined
  private timer: Timer | undefined

  constructor(
    private readonly options: WebCalleeLineOptions,
    host: LineHost,
  ) {
    super(options, host)
  }

  begin(wish: LegWish): void {
    this.wish = wish
    const { clients, name, clock, answerTimeoutMs } = this.options
    // The call's own beginning comes first.
    this.timer = clock.after(0, () => {
      if (this.host.over) return
      this.stopRinging = clients.ring(name, this.invitation())
      if (!this.stopRinging) return this.unreachable()
      this.timer = clock.after(answerTimeoutMs, () => this.unanswered())
      this.host.ringing(false)
    })
  }

  ring(): void {}

  earlyMedia(): void {}

  answer(): void {}

  refuse(): void {}

  hangup(): void {
    this.leave()
  }

  protected override leave(): void {
    this.timer?.cancel()
    this.stopRinging?.('canceled')
    this.stopRinging = undefined
    super.leave()
  }

  private invitation(): WebInvitation {
    const { options } = this
    return {
      call: this.host.handle,
      callerName: options.callerName,
      headers: options.headers,
      accept: (offer) => this.accept(offer),
      refused: (reason) => this.refused(reason),
    }
  }

  private async accept(sdp: string): Promise<WebCallBegun> {
    const offer = readWebOffer(sdp)
    if (this.accepting || this.host.over) throw new ParleyError('call_over')
    this.accepting = true
    this.timer?.cancel()
    const { stopRinging } = this
    this.stopRinging = undefined
    stopRinging?.('answered-elsewhere')
    try {
      const answer = await this.peer.begin(sdp, offer, this.wish)
      this.accepted = true
      this.settle()
      return { party: this.party(), answer }
    } catch (thrown) {
      this.leave()
      this.host.gone(broken(this.host, 'failed', messageOf(thrown)))
      throw thrown
    }
  }

  private refused(reason: 'rejected' | 'gone'): void {
    if (this.accepting || this.host.over) return
    if (reason === 'rejected') return this.partyLeaves('declined')
    this.leave()
    this.unreachable()
  }

  private unreachable(): void {
    const detail = 'no browser is registered by this name'
    this.leave()
    this.host.gone({ ...broken(this.host, 'unreachable', detail), sipStatus: 480 })
  }

  private unanswered(): void {
    this.leave()
    this.host.gone(endedBySip(this.host, { by: 'relay', reason: 'no-answer', detail: 'no answer in time' }))
  }
}
