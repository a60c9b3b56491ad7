import { ParleyError } from '../../base/errors.js'
import type { IncomingCall, IncomingCallListener, NegotiatedMedia, ReferOutcome } from '../../sip/index.js'
import { broken, endedBySip } from '../call/ending.js'
import type { WebParty } from '../web.js'
import type { LineHost } from './line.js'
import { PeerMedia, type PeerMediaListener, type PeerMediaOptions } from './peer-media.js'
import { refusedCall } from './refused-call.js'

/** What the lines of browsers share, whoever called: there is no SIP; the party is a peer connection and what it is told. */
export abstract class WebLine implements PeerMediaListener {
  readonly callId = ''
  protected readonly peer: PeerMedia
  private isConnected = false
  private isAnswered = false
  private over = false

  constructor(
    options: PeerMediaOptions,
    protected readonly host: LineHost,
  ) {
    this.peer = new PeerMedia(options, host.leg, this)
  }

  get media(): NegotiatedMedia | undefined {
    return this.peer.offer?.media
  }

  opened(): void {}

  /** A browser cannot be asked to call somebody else. */
  refer(): Promise<ReferOutcome> {
    return Promise.resolve({ status: 501, notified: undefined })
  }

  /** Nothing of SIP is a browser's. */
  carries(): boolean {
    return false
  }

  takeOver(sip: IncomingCall): IncomingCallListener {
    sip.reject(481)
    return refusedCall
  }

  connected(): void {
    this.isConnected = true
    this.settle()
  }

  lost(how: 'closed' | 'timeout'): void {
    if (how === 'closed') return this.partyLeaves('the browser closed the connection')
    this.leave()
    this.host.gone(broken(this.host, 'media-timeout', 'the browser is out of reach'))
  }

  /** The party hangs up, or gives up. */
  partyLeaves(detail: string): void {
    if (this.over) return
    this.leave()
    const reason = this.host.answeredAt !== undefined ? 'bye' : this.givesUp
    const status = reason === 'refused' ? 603 : undefined
    this.host.gone(endedBySip(this.host, { by: 'peer', reason, status, detail }))
  }

  /** The call in the hands of its browser. */
  party(): WebParty {
    const { leg, handle } = this.host
    return {
      call: handle,
      reconnect: async (offer) => {
        if (this.over) throw new ParleyError('call_over')
        return this.peer.reconnect(offer)
      },
      knows: (iceUfrag) => this.peer.offer?.transport.iceUfrag === iceUfrag,
      addCandidates: (candidates) => this.peer.addCandidates(candidates),
      press: (digits) => {
        for (const digit of digits) leg.send({ type: 'leg-digit', leg: leg.id, digit })
      },
      hangup: () => this.partyLeaves('the browser hung up'),
    }
  }

  /** What an end by the party before the answer is. */
  protected abstract readonly givesUp: 'canceled' | 'refused'

  /** Whether this end, or the party, has said that it takes the call. */
  protected abstract readonly accepted: boolean

  /** Audio flows once the call is taken and there is a connection. */
  protected settle(): void {
    if (this.isAnswered || !this.accepted || !this.isConnected || this.host.over) return
    this.isAnswered = true
    const { leg } = this.host
    leg.send({ type: 'leg-answered', leg: leg.id })
    this.host.answered()
  }

  /** The line is dead: frees what it has. */
  protected leave(): void {
    this.over = true
    this.peer.close()
  }
}
