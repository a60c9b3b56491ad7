import { messageOf } from '../../base/errors.js'
import type { WebOffer } from '../../sip/index.js'
import { broken } from '../call/ending.js'
import type { LegWish, Line, LineHost } from './line.js'
import type { PeerMediaOptions } from './peer-media.js'
import { WebLine } from './web-line.js'

export interface WebCallerLineOptions extends PeerMediaOptions {
  readonly sdp: string
  readonly offer: WebOffer
}

/** The line of a browser that called us. */
export class WebCallerLine extends WebLine implements Line {
  /** Answer to the browser's offer; rejects when there will be none. */
  readonly sdpAnswer: Promise<string>
  protected readonly givesUp = 'canceled'
  protected accepted = false
  private answerWith!: (answer: Promise<string>) => void

  constructor(
    private readonly options: WebCallerLineOptions,
    host: LineHost,
  ) {
    super(options, host)
    this.peer.offer = options.offer
    this.sdpAnswer = new Promise((resolve) => {
      this.answerWith = resolve
    })
  }

  begin(wish: LegWish): void {
    const { sdp, offer } = this.options
    const answer = this.peer.begin(sdp, offer, wish)
    this.answerWith(answer)
    answer.catch((thrown) => {
      this.leave()
      this.host.gone(broken(this.host, 'failed', messageOf(thrown)))
    })
  }

  ring(): void {}

  earlyMedia(): void {
    const { leg } = this.host
    leg.send({ type: 'early-media', leg: leg.id })
  }

  answer(): void {
    this.accepted = true
    this.settle()
  }

  get refusable(): boolean {
    return !this.accepted
  }

  refuse(): void {
    this.leave()
  }

  hangup(): void {
    this.leave()
  }
}
